// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.security.GeneralSecurityException;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.io.ssl.SslClientConnectionFactory.SslEngineFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Makes the TLS engine of a connection from what its route trusts. What it offers is Jetty's choice: fewer cipher suites than
 * the JDK would.
 */
final class TlsEngines extends SslContextFactory.Client implements SslEngineFactory {
    TlsEngines() {
        try {
            // Without one of its own Jetty reads all the authorities that the JDK trusts.
            SSLContext nobody = SSLContext.getInstance("TLS");
            nobody.init(null, new TrustManager[0], null);
            setSslContext(nobody);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what connections to upstream offer and demand, the name in the certificate included. */
    static SSLParameters parameters() {
        TlsEngines engines = new TlsEngines();
        try {
            engines.start();
            SSLParameters parameters = engines.customize(engines.getSslContext().getDefaultSSLParameters());
            engines.stop();
            return parameters;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SSLEngine newSslEngine(String name, int port, Map<String, Object> context) {
        SSLContext tls = JettyClient.route(context).tls();
        if (tls == null) {
            throw new IllegalStateException();
        }
        SSLEngine engine = tls.createSSLEngine(name, port);
        customize(engine);
        return engine;
    }
}
