// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The HTTP client that trusts the CA file as it is now: one client, and its connections, for each content of the file. */
final class TlsClients implements AutoCloseable {
    private static final int MAX_BYTES = 1 << 20;

    private final @Nullable LastGoodFile<SSLContext> caFile;
    private final Executor executor;

    private @Nullable HttpClient client;
    private @Nullable SSLContext clientContext;

    private TlsClients(@Nullable LastGoodFile<SSLContext> caFile, Executor executor) {
        this.caFile = caFile;
        this.executor = executor;
    }

    static TlsClients trusting(Path caCertPath, Executor executor) {
        return new TlsClients(
                new LastGoodFile<>("SA_CA_CERT_PATH", caCertPath, MAX_BYTES, TlsClients::parse), executor);
    }

    static TlsClients withoutTls(Executor executor) {
        return new TlsClients(null, executor);
    }

    /** Reads the CA file, so that what is wrong with it is logged. */
    void probe() {
        if (caFile != null) {
            caFile.read();
        }
    }

    synchronized HttpClient get() throws FetchException {
        SSLContext context = caFile == null ? null : caFile.read();
        if (caFile != null && context == null) {
            throw new FetchException(Outcome.TLS, "no usable certificate: " + caFile, null);
        }
        if (client == null || context != clientContext) {
            // Exchanges in flight on the old client end by themselves.
            stop(client, "shutdown");
            client = newClient(context);
            clientContext = context;
        }
        return client;
    }

    /**
     * Has the next fetch use another client, as an exchange has broken on this one: where the JDK's cannot read the head of
     * an answer, it leaves the connection open for good. On Java 17 to 20 nothing can be done about that.
     */
    synchronized void retire(HttpClient broken) {
        // Exchanges in flight on it end by themselves.
        if (broken == client && stop(broken, "shutdown")) {
            client = null;
        }
    }

    @Override
    public synchronized void close() {
        stop(client, "shutdownNow");
        client = null;
    }

    private HttpClient newClient(@Nullable SSLContext context) {
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        // The client's own thread inherits this loader and may outlive a web application on Java 17.
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .executor(executor);
            return (context == null ? builder : builder.sslContext(context)).build();
        } finally {
            thread.setContextClassLoader(callers);
        }
    }

    /** Calls a method that {@link HttpClient} has from Java 21 on, and says whether it has it. */
    private static boolean stop(@Nullable HttpClient client, String method) {
        if (client == null) {
            return false;
        }
        try {
            HttpClient.class.getMethod(method).invoke(client);
            return true;
        } catch (NoSuchMethodException e) {
            // Java 17 to 20: an unreachable client ends by itself.
            return false;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static SSLContext parse(byte[] pem) throws UnusableException {
        try {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (certificates.isEmpty()) {
                throw new UnusableException("has no PEM certificate");
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (CertificateException e) {
            throw new UnusableException("has a malformed certificate");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
