// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The server's side of the handshakes of a stand-in, under a CA of its own. */
final class StandInTls {

    private static final Duration ONE_DAY = Duration.ofDays(1);
    private static final String LOCALHOST = "localhost";

    private final CertificateKeys authorityKeys;
    private final CertificateKeys serverKeys;
    private final List<String> names;
    private volatile CertificateAuthority authority;
    private volatile SSLContext shown;
    private volatile boolean hanging;

    /** Makes one whose certificates are for these DNS names and IP addresses. */
    StandInTls(CertificateKeys authorityKeys, CertificateKeys serverKeys, List<String> names) {
        this.names = List.copyOf(names);
        this.authorityKeys = authorityKeys;
        this.serverKeys = serverKeys;
        authority = new CertificateAuthority(authorityKeys);
        shown = context(authority, ONE_DAY, LOCALHOST);
    }

    /** The CA's certificate as PEM. */
    String caCert() {
        return authority.pem();
    }

    /** Shows a certificate of a new CA from now on, which is the one of this stand-in. */
    void replaceAuthority() {
        authority = new CertificateAuthority(authorityKeys);
        present(ONE_DAY, LOCALHOST);
    }

    /** Shows a certificate of the CA. {@code localhost} stands for all names that a stand-in has. */
    void present(Duration validity, String name) {
        shown = context(authority, validity, name);
    }

    /** Shows a certificate of another CA. */
    void presentUnknown() {
        shown = context(new CertificateAuthority(), ONE_DAY, LOCALHOST);
    }

    void hang(boolean hang) {
        hanging = hang;
    }

    /**
     * Shakes hands, or reads until the client goes where that hangs.
     *
     * @throws IOException if the client goes
     */
    Socket handshake(Socket connection) throws IOException {
        if (hanging) {
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            throw new IOException("gone");
        }
        SSLSocket socket = (SSLSocket) shown.getSocketFactory().createSocket(connection, null, true);
        socket.setUseClientMode(false);
        socket.startHandshake();
        return socket;
    }

    private SSLContext context(CertificateAuthority issuer, Duration validity, String name) {
        return issuer.serverContext(serverKeys, validity, name.equals(LOCALHOST) ? names : List.of(name));
    }
}
