// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.api.FetchException.Outcome.IO;
import static io.github.kubeoidc.gateway.api.FetchException.Outcome.TLS;
import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import io.github.kubeoidc.gateway.upstream.ExplainingTrustManager.RefusedException;
import io.github.kubeoidc.gateway.upstream.FetchErrors.NotConnectedException;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** CONTRACT 6.3: "cause in words an operator can act on". */
class FetchErrorsTest {
    private static final URI UPSTREAM = URI.create("https://api.example:6443/prefix");
    private static final String SECRET = "secret-token";

    @TempDir
    static Path keys;

    private static Certificates certificates;

    private final FetchErrors errors = new FetchErrors(UPSTREAM);

    @BeforeAll
    static void makeCertificates() {
        certificates = UpstreamCertificates.in(keys);
    }

    private static Throwable tls(Throwable cause) {
        return new IOException(SECRET, new SSLHandshakeException(SECRET).initCause(cause));
    }

    private static X509Certificate certificate(String alias) {
        try {
            byte[] pem = certificates.pem(alias).getBytes(StandardCharsets.US_ASCII);
            return CaFile.parse(pem).certificates().get(0);
        } catch (UnusableException e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable refused(String alias, Throwable cause) {
        return tls(new RefusedException(
                new X509Certificate[] {certificate(alias)}, new CertificateException(SECRET, cause)));
    }

    private static CertPathValidatorException path(Throwable cause) {
        return new CertPathValidatorException(SECRET, cause);
    }

    // JUnit asks for them after the certificates are made.
    static Stream<Arguments> causes() {
        X509Certificate good = certificate("good");
        String validity = "certificate of api.example:6443 expired or not yet valid, the server's own is valid from "
                + good.getNotBefore().toInstant() + " until "
                + good.getNotAfter().toInstant();
        String untrusted = "certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=ca";
        return Stream.of(
                Arguments.of(TLS, refused("good", path(new CertificateExpiredException(SECRET))), validity),
                Arguments.of(TLS, refused("good", path(new CertificateNotYetValidException(SECRET))), validity),
                Arguments.of(TLS, refused("good", new CertificateExpiredException(SECRET)), validity),
                Arguments.of(TLS, refused("good", new CertPathBuilderException(SECRET)), untrusted),
                Arguments.of(TLS, refused("good", path(null)), untrusted),
                Arguments.of(TLS, refused("good", null), "certificate is not one for host api.example"),
                Arguments.of(
                        TLS,
                        refused("client", null),
                        "certificate of api.example:6443 is not for servers, by its extended key usage"),
                Arguments.of(TLS, tls(null), "TLS handshake with api.example:6443 failed"),
                Arguments.of(
                        IO,
                        new UnknownHostException(SECRET),
                        "host api.example cannot be resolved, is UPSTREAM_HOST right?"),
                Arguments.of(
                        IO,
                        new NotConnectedException(new ConnectException(SECRET)),
                        "no connection to api.example:6443, is the API server up?"),
                Arguments.of(
                        IO,
                        new NotConnectedException(new ExecutionException(new SocketException("Too many open files"))),
                        "no connection to api.example:6443, as this process may open no more files"),
                Arguments.of(
                        IO, new HttpResponseException(SECRET, null), "the answer is not valid HTTP, or was cut short"),
                Arguments.of(
                        IO,
                        new HttpException.RuntimeException(400, SECRET, new NumberFormatException(SECRET)),
                        "the answer is not valid HTTP, or was cut short"),
                Arguments.of(IO, new IOException(SECRET), "connection broken before the answer was complete"),
                Arguments.of(IO, new IllegalStateException(SECRET), "unexpected IllegalStateException"),
                Arguments.of(IO, new StackOverflowError(SECRET), "unexpected StackOverflowError"));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void aFailureIsExplained(Outcome outcome, Throwable failure, String message) {
        FetchException explained = errors.explain(failure);
        assertFailure(explained, outcome, message);
        assertThat(explained.getCause()).isNotNull();
    }

    // The name of an issuer is the server's word: it forges no line, and is cut.
    @Test
    void theIssuerIsEscapedAndCut() {
        Throwable forged = refused("forged", path(null));
        assertThat(errors.explain(forged).getMessage())
                .contains("its issuer is CN=a\\u0020b")
                .doesNotContain("\n")
                .hasSizeLessThan(300);
    }

    // The words of 6.3, with a hint where another reason is as likely.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403|403: is the ClusterRole bound? Is the path /prefix of UPSTREAM_HOST right?",
                "404|404: is service-account-issuer an https URL? Is the path /prefix of UPSTREAM_HOST right?",
                "401|401: is the token valid?",
                "500|500: only 200 counts",
                // Of a server with TLS it is no such hint.
                "400|400: only 200 counts",
            })
    void aPathOfUpstreamThatMayBeWrongIsNamed(int status, String message) {
        assertThat(errors.explainStatus(status)).hasMessage(message);
    }

    @Test
    void whatIsExplainedAlreadyStaysAsItIs() {
        FetchException explained = new FetchException(Outcome.TOO_LARGE, "too large", null);
        assertThat(errors.explain(explained)).isSameAs(explained);
    }

    // "never the token": an HTTP client quotes what it could not parse.
    @Test
    void theMessageOfWhatUpstreamCausedIsDroppedAndItsClassAndStackKept() {
        for (Throwable thrown : new Throwable[] {
            new ProtocolException(SECRET),
            new HttpException.RuntimeException(400, SECRET),
            new IOException(SECRET, new IOException(SECRET)),
            new NumberFormatException(SECRET)
        }) {
            FetchException explained = errors.explain(thrown);
            StringWriter trace = new StringWriter();
            explained.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString())
                    .doesNotContain(SECRET)
                    .contains(thrown.getClass().getName());
            assertThat(explained.getCause().getStackTrace()).isEqualTo(thrown.getStackTrace());
        }
    }
}
