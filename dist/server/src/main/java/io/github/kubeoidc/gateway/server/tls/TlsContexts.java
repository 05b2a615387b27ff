// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import java.nio.file.Path;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What TLS on a port is: 1.2 and 1.3, forward secrecy and authenticated encryption only, and the pair of certificate and key
 * that its files have at present. Where it is not configured, no class of it is loaded.
 */
public final class TlsContexts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
    private static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};
    private static final String[] SUITES = {
        "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
    };

    private final TlsFiles files;
    private final Contexts contexts = new Contexts();
    private volatile SSLContext context;
    private volatile Instant certificateExpiry;

    /**
     * Reads both files, for which it waits 20 s at most, and again every 5 s. A new pair counts for new connections; open ones
     * go on.
     *
     * @param chain the file of the certificate chain
     * @param key the file of its private key
     * @throws ConfigurationException if they cannot be used; its message names the files
     */
    public TlsContexts(Path chain, Path key) throws ConfigurationException {
        this(new TlsFiles(chain, key, TlsFiles.INTERVAL, TlsFiles.PATIENCE, LOG::warn));
    }

    TlsContexts(TlsFiles files) throws ConfigurationException {
        this.files = files;
        contexts.setIncludeProtocols(VERSIONS);
        contexts.setIncludeCipherSuites(SUITES);
        contexts.setRenegotiationAllowed(false);
        TlsPair pair = files.open();
        context = pair.context();
        contexts.setSslContext(context);
        certificateExpiry = pair.expiry();
        files.onChange(this::use);
    }

    private void use(TlsPair pair) {
        use(pair.context());
        certificateExpiry = pair.expiry();
        LOG.info("TLS has a new certificate for new connections: {}", pair);
    }

    void use(SSLContext present) {
        context = present;
    }

    /** Warns, once for each certificate, where clients refuse the one in use by its dates; this is also done every 5 s. */
    public void warnOfDates() {
        files.warnOfDates();
    }

    /**
     * Until when the certificate is valid that new connections get.
     *
     * @return its end
     */
    public Instant certificateExpiry() {
        return certificateExpiry;
    }

    /**
     * What makes the engine of a connection.
     *
     * @return always the same, which a new pair changes
     */
    public SslContextFactory.Server factory() {
        return contexts;
    }

    @Override
    public void close() {
        files.close();
    }

    /**
     * Chooses versions and suites once, which are the same for each pair. Jetty's own reload forgets them for a moment, and an
     * engine that is made then has all that Java has by default.
     */
    private final class Contexts extends SslContextFactory.Server {
        @Override
        public SSLContext getSslContext() {
            return context;
        }
    }
}
