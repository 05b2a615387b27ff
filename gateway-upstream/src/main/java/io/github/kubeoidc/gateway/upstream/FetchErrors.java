// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.upstream.ExplainingTrustManager.RefusedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** Says in an operator's words why a fetch failed. */
final class FetchErrors {
    private static final int MAX_ISSUER = 200;

    // RFC 5280, section 4.2.1.12: id-kp-serverAuth and anyExtendedKeyUsage.
    private static final List<String> SERVER_USAGES = List.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

    // RFC 9110, section 18.6, and those that came later.
    private static final Set<String> ENCODINGS = Set.of("gzip", "x-gzip", "deflate", "compress", "br", "zstd");

    private final URI upstream;
    private final String variable;
    private final String trust;

    /**
     * Explains failures of one upstream.
     *
     * @param upstream its base URL
     */
    FetchErrors(URI upstream) {
        this(upstream, "UPSTREAM_HOST", "SA_CA_CERT_PATH");
    }

    /**
     * Explains failures of any server.
     *
     * @param upstream its base URL
     * @param variable what names that URL
     * @param trust what is trusted
     */
    FetchErrors(URI upstream, String variable, String trust) {
        this.upstream = upstream;
        this.variable = variable;
        this.trust = trust;
    }

    FetchException explainStatus(int status) {
        if (status == 400 && upstream.getScheme().equals("http")) {
            // An API server says this to clear text at its TLS port.
            return new FetchException(Outcome.STATUS, "400: is UPSTREAM_HOST an https URL?", null);
        }
        return switch (status) {
            case 401 -> new FetchException(Outcome.UNAUTHORIZED, "401: is the token valid?", null);
            case 403 -> new FetchException(Outcome.FORBIDDEN, "403: is the ClusterRole bound?" + pathHint(), null);
            case 404 ->
                new FetchException(Outcome.STATUS, "404: is service-account-issuer an https URL?" + pathHint(), null);
            case 301, 302, 303, 307, 308 ->
                new FetchException(
                        Outcome.STATUS, status + ": redirects are not followed, is UPSTREAM_HOST right?", null);
            default -> new FetchException(Outcome.STATUS, status + ": only 200 counts", null);
        };
    }

    /** Adds to why an answer is no document what it is encoded in, if it is. */
    FetchException explainEncoding(FetchException failure, List<String> encodings) {
        String encoding = String.join(", ", encodings).toLowerCase(Locale.ROOT);
        if (encoding.isEmpty() || encoding.equals("identity")) {
            return failure;
        }
        return new FetchException(
                failure.outcome(),
                failure.getMessage() + ", and its Content-Encoding is "
                        // A server may echo the token anywhere.
                        + (ENCODINGS.contains(encoding) ? encoding : "unknown") + ", which was not asked for",
                failure);
    }

    /** An API server knows no path prefix; only what stands before it may. */
    private String pathHint() {
        String path = upstream.getRawPath();
        return path.isEmpty() ? "" : " Is the path " + LogText.escape(path, MAX_ISSUER) + " of UPSTREAM_HOST right?";
    }

    /**
     * Explains that an address took a connection and said nothing more, not even to a TLS handshake, as long as it was its turn.
     *
     * @param elapsed since the exchange began
     */
    FetchException explainSilence(Duration elapsed) {
        long tenths = elapsed.toMillis() / 100;
        return new FetchException(
                Outcome.TIMEOUT,
                "timed out after " + BigDecimal.valueOf(tenths, 1) + "s at an address that takes connections",
                null);
    }

    /**
     * Explains a failure.
     *
     * @param failure as it was thrown: not the exception in which a future wraps it, which has to be unwrapped before
     */
    FetchException explain(Throwable failure) {
        if (failure instanceof FetchException explained) {
            return explained;
        }
        if (find(failure, SSLException.class) != null) {
            return new FetchException(Outcome.TLS, explainTls(failure), failure);
        }
        if (find(failure, UnknownHostException.class) != null) {
            return new FetchException(
                    Outcome.IO,
                    "host " + upstream.getHost() + " cannot be resolved, is " + variable + " right?",
                    failure);
        }
        if (failure instanceof NotConnectedException) {
            return new FetchException(
                    Outcome.IO, "no connection to " + upstream.getRawAuthority() + noConnectionHint(failure), failure);
        }
        if (isOfAnAnswer(failure)) {
            return new FetchException(Outcome.IO, "the answer is not valid HTTP, or was cut short", silenced(failure));
        }
        if (failure instanceof IOException) {
            return new FetchException(
                    Outcome.IO, "connection broken before the answer was complete", silenced(failure));
        }
        return new FetchException(Outcome.IO, "unexpected " + failure.getClass().getSimpleName(), silenced(failure));
    }

    private String noConnectionHint(Throwable failure) {
        // The message has that of its cause. Java knows no class for it.
        if (String.valueOf(failure.getMessage()).contains("Too many open files")) {
            return ", as this process may open no more files";
        }
        return isApiServer() ? ", is the API server up?" : ", does anything listen there?";
    }

    /** Whether a failure is that of reading an answer, of which there were bytes then. */
    static boolean isOfAnAnswer(Throwable failure) {
        return find(failure, HttpResponseException.class) != null
                || find(failure, HttpException.RuntimeException.class) != null;
    }

    /** No address of upstream took a connection. */
    static final class NotConnectedException extends IOException {
        private static final long serialVersionUID = 1L;

        NotConnectedException(Throwable cause) {
            super(cause);
        }
    }

    private String explainTls(Throwable failure) {
        RefusedException refused = find(failure, RefusedException.class);
        if (refused == null) {
            return "TLS handshake with " + upstream.getRawAuthority() + " failed";
        }
        if (find(refused, CertificateExpiredException.class) != null
                || find(refused, CertificateNotYetValidException.class) != null) {
            // That of an authority above it may be the one.
            X509Certificate own = refused.certificate();
            return "certificate of " + upstream.getRawAuthority()
                    + " expired or not yet valid, the server's own is valid from "
                    + own.getNotBefore().toInstant() + " until "
                    + own.getNotAfter().toInstant();
        }
        if (find(refused, CertPathBuilderException.class) != null
                || find(refused, CertPathValidatorException.class) != null) {
            return "certificate not trusted by " + trust + ", its issuer is "
                    + LogText.escape(
                            refused.certificate().getIssuerX500Principal().getName(), MAX_ISSUER)
                    + (isApiServer() || !refused.isAlone() ? "" : ", and no intermediate certificate came with it");
        }
        if (!isForServers(refused.certificate())) {
            return "certificate of " + upstream.getRawAuthority() + " is not for servers, by its extended key usage";
        }
        return "certificate is not one for host " + upstream.getHost();
    }

    /** An API server's authority signs its certificate by itself; elsewhere one may be missing in between. */
    private boolean isApiServer() {
        return variable.equals("UPSTREAM_HOST");
    }

    private static boolean isForServers(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null || usages.stream().anyMatch(SERVER_USAGES::contains);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    /**
     * Keeps class and stack of an exception and drops its message: an HTTP client quotes there what it could not parse, and
     * a server that echoes the request would have the token logged.
     */
    private static Throwable silenced(Throwable failure) {
        Throwable silent = new IOException(failure.getClass().getName());
        silent.setStackTrace(failure.getStackTrace());
        return silent;
    }
}
