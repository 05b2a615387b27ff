// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import io.github.kubeoidc.gateway.standin.TlsSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.StandardConstants;

/** A gateway that speaks TLS, with a stand-in for an API server behind it. */
final class TlsBed extends AskedGateway implements AutoCloseable {

    private static final Duration HANDSHAKE_BOUND = Duration.ofSeconds(20);

    private final TestBed bed;
    private final TlsSecret secret;

    private TlsBed(TestBed bed, TlsSecret secret) {
        this.bed = bed;
        this.secret = secret;
    }

    /** Starts one with a certificate of such keys. */
    static CheckList.Start<TlsBed> with(CertificateKeys keys) {
        return delivery -> {
            TlsSecret secret = TlsSecret.temporary(keys);
            try {
                TestBed bed = TestBed.start(delivery, secret.environment(), upstream -> {});
                Expect.equal(
                        "the scheme of the address that the log tells of",
                        "https",
                        bed.baseUri().getScheme());
                return new TlsBed(bed, secret);
            } catch (RuntimeException | Error e) {
                secret.close();
                throw e;
            }
        };
    }

    TlsSecret secret() {
        return secret;
    }

    TestBed bed() {
        return bed;
    }

    /** Trusts the certificate's CA, and resumes nothing. */
    private SSLSocketFactory trust() {
        return secret.clientContext().getSocketFactory();
    }

    @Override
    RawHttp connect() {
        return RawHttp.connect(bed.baseUri(), trust());
    }

    /** A connection beneath TLS, from which nothing is read for longer than 20 s. */
    Socket connectInClear() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) HANDSHAKE_BOUND.toMillis());
        socket.connect(
                new InetSocketAddress(bed.baseUri().getHost(), bed.baseUri().getPort()),
                (int) HANDSHAKE_BOUND.toMillis());
        return socket;
    }

    /** Shakes hands with one version alone, and returns what HTTP is spoken then; empty where nothing was agreed on. */
    String handshake(String version) throws IOException {
        return handshake(version, "localhost");
    }

    /**
     * Asks for the certificate of such a name (RFC 6066, section 3), which need not be one that a host can have. Trusts the one of
     * localhost.
     */
    String handshake(String version, String serverName) throws IOException {
        try (SSLSocket socket = socket(version, serverName)) {
            return socket.getApplicationProtocol();
        }
    }

    /** Whether a new connection is shown the certificate of a pair. */
    boolean shows(TlsSecret.Pair pair) {
        try (SSLSocket socket = socket("TLSv1.3", "localhost")) {
            String shown = Base64.getEncoder()
                    .encodeToString(socket.getSession().getPeerCertificates()[0].getEncoded());
            return pair.chain().replace("\n", "").contains(shown);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private SSLSocket socket(String version, String serverName) throws IOException {
        SSLSocket socket = (SSLSocket) trust().createSocket(
                        connectInClear(), "localhost", bed.baseUri().getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        byte[] name = serverName.getBytes(StandardCharsets.US_ASCII);
        parameters.setServerNames(List.of(new SNIServerName(StandardConstants.SNI_HOST_NAME, name) {}));
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            socket.close();
            throw new AssertionError(
                    "a client with " + version + " alone that asks for " + serverName + "; no handshake: " + e, e);
        }
        return socket;
    }

    @Override
    public void close() {
        try (secret) {
            bed.close();
        }
    }
}
