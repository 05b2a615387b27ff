// SPDX-License-Identifier: Apache-2.0
package probe;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks {@code UPSTREAM_HOST} for one document, as a gateway does at its start, and ends. It has no HTTP client, as the image's
 * run-time has none.
 */
public final class Probe {

    private Probe() {}

    public static void main(String[] arguments) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(System.getenv("SA_CA_CERT_PATH")))) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        URI upstream = URI.create(System.getenv("UPSTREAM_HOST"));
        String token = Files.readString(Path.of(System.getenv("SA_TOKEN_PATH"))).strip();
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(upstream.getHost(), upstream.getPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            String request = "GET /openid/v1/jwks HTTP/1.1\r\nHost: " + upstream.getAuthority()
                    + "\r\nAuthorization: Bearer " + token + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            // The stand-in keeps the connection open.
            String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            System.exit(status.equals("HTTP/1.1 200") ? 0 : 1);
        }
    }
}
