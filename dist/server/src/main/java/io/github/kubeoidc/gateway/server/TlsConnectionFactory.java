// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes connections that speak TLS, and HTTP/1.1 in it. Whatever name a client asks for, it gets the one certificate. */
final class TlsConnectionFactory extends SslConnectionFactory {
    /** What an idle connection takes up of the heap, with its part of HTTP: measured on Java 17 and 25, rather too much than too little. */
    static final long HEAP_PER_CONNECTION = 12 * 1024;

    TlsConnectionFactory(SslContextFactory.Server contexts) {
        super(contexts, HttpVersion.HTTP_1_1.asString());
        // It would refuse a Host that the certificate does not name.
        setEnsureSecureRequestCustomizer(false);
    }

    @Override
    protected SslConnection newSslConnection(Connector connector, EndPoint client, SSLEngine engine) {
        return new TlsConnection(
                connector.getByteBufferPool(),
                connector.getExecutor(),
                getSslContextFactory(),
                (ClientEndPoint) client,
                engine);
    }
}
