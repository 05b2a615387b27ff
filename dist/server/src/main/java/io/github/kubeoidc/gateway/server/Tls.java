// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS on a port: 1.2 and 1.3, forward secrecy and authenticated encryption only, and the pair of certificate and key that its
 * files have at present. Where it is not configured, no class of it is loaded.
 */
final class Tls implements AutoCloseable {
    /** What an idle connection takes up, with its part of HTTP: measured on Java 17 and 25, rather too much than too little. */
    static final long HEAP_PER_CONNECTION = 12 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};
    private static final String[] SUITES = {
        "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
    };

    private final TlsFiles files;
    private final SslContextFactory.Server contexts = new SslContextFactory.Server();
    private volatile Instant certificateExpiry;

    /**
     * Reads both files, and again every interval. A new pair counts for new connections; open ones go on.
     *
     * @throws ConfigurationException if they cannot be used; its message names the files
     */
    Tls(Path chain, Path key, Duration interval) throws ConfigurationException {
        files = new TlsFiles(chain, key, interval, LOG::warn);
        contexts.setIncludeProtocols(VERSIONS);
        contexts.setExcludeProtocols();
        contexts.setIncludeCipherSuites(SUITES);
        contexts.setExcludeCipherSuites();
        contexts.setRenegotiationAllowed(false);
        TlsPair pair = files.open();
        contexts.setSslContext(pair.context());
        certificateExpiry = pair.expiry();
        files.onChange(this::use);
    }

    private void use(TlsPair pair) {
        try {
            contexts.reload(factory -> factory.setSslContext(pair.context()));
            certificateExpiry = pair.expiry();
            LOG.info("TLS has a new certificate for new connections: {}", pair);
        } catch (Exception e) {
            throw new IllegalStateException("TLS cannot take the new pair", e);
        }
    }

    /** Until when the certificate is valid that new connections get. */
    Instant certificateExpiry() {
        return certificateExpiry;
    }

    ConnectionFactory connectionFactory() {
        return new TlsConnectionFactory(contexts);
    }

    @Override
    public void close() {
        files.close();
    }
}
