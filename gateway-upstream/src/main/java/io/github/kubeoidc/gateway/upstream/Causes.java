// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in an operator's words why a fetch failed. */
final class Causes {
    private Causes() {}

    static FetchException explainStatus(int status) {
        return switch (status) {
            case 401 -> new FetchException(Outcome.UNAUTHORIZED, "401: is the token valid?", null);
            case 403 -> new FetchException(Outcome.FORBIDDEN, "403: is the ClusterRole bound?", null);
            case 404 -> new FetchException(Outcome.STATUS, "404: is UPSTREAM_HOST a Kubernetes API server?", null);
            case 301, 302, 303, 307, 308 ->
                new FetchException(
                        Outcome.STATUS, status + ": redirects are not followed, is UPSTREAM_HOST right?", null);
            default -> new FetchException(Outcome.STATUS, status + ": only 200 counts", null);
        };
    }

    static FetchException explain(Throwable thrown, URI upstream) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof FetchException explained) {
            return explained;
        }
        if (find(failure, SSLException.class) != null) {
            return new FetchException(Outcome.TLS, explainTls(failure, upstream), failure);
        }
        if (find(failure, UnresolvedAddressException.class) != null) {
            return new FetchException(
                    Outcome.IO, "host " + upstream.getHost() + " cannot be resolved, is UPSTREAM_HOST right?", failure);
        }
        if (find(failure, ConnectException.class) != null) {
            return new FetchException(
                    Outcome.IO, "no connection to " + upstream.getRawAuthority() + ", is the API server up?", failure);
        }
        if (failure instanceof IOException) {
            return new FetchException(
                    Outcome.IO, "connection broken before the answer was complete", silenced(failure));
        }
        return new FetchException(Outcome.IO, "unexpected " + failure.getClass().getSimpleName(), silenced(failure));
    }

    private static String explainTls(Throwable failure, URI upstream) {
        if (find(failure, CertificateExpiredException.class) != null
                || find(failure, CertificateNotYetValidException.class) != null) {
            return "certificate of " + upstream.getRawAuthority() + " expired or not yet valid";
        }
        if (find(failure, CertPathBuilderException.class) != null
                || find(failure, CertPathValidatorException.class) != null) {
            return "certificate not trusted by SA_CA_CERT_PATH";
        }
        if (find(failure, CertificateException.class) != null) {
            return "certificate is not one for host " + upstream.getHost();
        }
        return "TLS handshake with " + upstream.getRawAuthority() + " failed";
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
