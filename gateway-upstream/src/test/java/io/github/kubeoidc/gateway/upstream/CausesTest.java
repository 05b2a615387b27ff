// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CONTRACT 6.3: "cause in words an operator can act on". */
class CausesTest {
    private static final URI UPSTREAM = URI.create("https://api.example:6443/prefix");
    private static final String SECRET = "secret-token";

    private static Throwable tls(Throwable cause) {
        return new IOException(SECRET, new SSLHandshakeException(SECRET).initCause(cause));
    }

    private static Throwable certificate(Throwable cause) {
        return tls(new CertificateException(SECRET, cause));
    }

    private static CertPathValidatorException path(Throwable cause) {
        return new CertPathValidatorException(SECRET, cause);
    }

    static Stream<Arguments> causes() {
        String validity = "certificate of api.example:6443 expired or not yet valid";
        String untrusted = "certificate not trusted by SA_CA_CERT_PATH";
        return Stream.of(
                Arguments.of(certificate(path(new CertificateExpiredException(SECRET))), Outcome.TLS, validity),
                Arguments.of(certificate(path(new CertificateNotYetValidException(SECRET))), Outcome.TLS, validity),
                Arguments.of(tls(new CertificateExpiredException(SECRET)), Outcome.TLS, validity),
                Arguments.of(certificate(new CertPathBuilderException(SECRET)), Outcome.TLS, untrusted),
                Arguments.of(certificate(path(null)), Outcome.TLS, untrusted),
                Arguments.of(certificate(null), Outcome.TLS, "certificate is not one for host api.example"),
                Arguments.of(tls(null), Outcome.TLS, "TLS handshake with api.example:6443 failed"),
                Arguments.of(
                        new ConnectException(SECRET).initCause(new UnresolvedAddressException()),
                        Outcome.IO,
                        "host api.example cannot be resolved, is UPSTREAM_HOST right?"),
                Arguments.of(
                        new ConnectException(SECRET),
                        Outcome.IO,
                        "no connection to api.example:6443, is the API server up?"),
                Arguments.of(
                        new IOException(SECRET, new ConnectException(SECRET)),
                        Outcome.IO,
                        "no connection to api.example:6443, is the API server up?"),
                Arguments.of(new IOException(SECRET), Outcome.IO, "connection broken before the answer was complete"),
                Arguments.of(
                        new ProtocolException(SECRET), Outcome.IO, "connection broken before the answer was complete"),
                Arguments.of(new IllegalStateException(SECRET), Outcome.IO, "unexpected IllegalStateException"),
                Arguments.of(new StackOverflowError(SECRET), Outcome.IO, "unexpected StackOverflowError"));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void aFailureIsExplainedWhetherOrNotAFutureWrappedIt(Throwable thrown, Outcome outcome, String message) {
        for (Throwable failure : new Throwable[] {thrown, new CompletionException(SECRET, thrown)}) {
            FetchException explained = Causes.explain(failure, UPSTREAM);
            assertThat(explained.outcome()).isEqualTo(outcome);
            assertThat(explained).hasMessage(message);
            assertThat(explained.getCause()).isNotNull();
        }
    }

    @Test
    void whatIsExplainedAlreadyStaysAsItIs() {
        FetchException explained = new FetchException(Outcome.TOO_LARGE, "too large", null);
        assertThat(Causes.explain(explained, UPSTREAM)).isSameAs(explained);
        assertThat(Causes.explain(new CompletionException(explained), UPSTREAM)).isSameAs(explained);
    }

    // "never the token": an HTTP client quotes what it could not parse.
    @Test
    void theMessageOfWhatUpstreamCausedIsDroppedAndItsClassAndStackKept() {
        for (Throwable thrown : new Throwable[] {
            new ProtocolException(SECRET),
            new IOException(SECRET, new IOException(SECRET)),
            new NumberFormatException(SECRET)
        }) {
            FetchException explained = Causes.explain(thrown, UPSTREAM);
            StringWriter trace = new StringWriter();
            explained.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString())
                    .doesNotContain(SECRET)
                    .contains(thrown.getClass().getName());
            assertThat(explained.getCause().getStackTrace()).isEqualTo(thrown.getStackTrace());
        }
    }
}
