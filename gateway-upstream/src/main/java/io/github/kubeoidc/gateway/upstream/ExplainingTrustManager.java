// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Decides as another one does, and adds to a refusal the certificate that was refused. */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager decides;

    ExplainingTrustManager(X509ExtendedTrustManager decides) {
        this.decides = decides;
    }

    /** A server's certificate was refused; the cause says why. */
    static final class RefusedException extends CertificateException {
        private static final long serialVersionUID = 1L;

        private final transient X509Certificate certificate;
        private final boolean isAlone;

        RefusedException(X509Certificate[] chain, CertificateException why) {
            super("refused", why);
            this.certificate = chain[0];
            this.isAlone = chain.length == 1;
        }

        X509Certificate certificate() {
            return certificate;
        }

        /** Tells whether the server showed none of the authorities above it. */
        boolean isAlone() {
            return isAlone;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            decides.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw new RefusedException(chain, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            decides.checkServerTrusted(chain, authType, socket);
        } catch (CertificateException e) {
            throw new RefusedException(chain, e);
        }
    }

    // Nothing asks for the rest: the gateway is a client, and its TLS is an engine's or a socket's.

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return decides.getAcceptedIssuers();
    }
}
