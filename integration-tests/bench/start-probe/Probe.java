// SPDX-License-Identifier: Apache-2.0
package probe;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks {@code UPSTREAM_HOST} for one document, as a gateway does at its start, and ends. */
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
        HttpClient client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("UPSTREAM_HOST") + "/openid/v1/jwks"))
                .header("Authorization", "Bearer " + Files.readString(Path.of(System.getenv("SA_TOKEN_PATH"))).strip())
                .build();
        int status = client.send(request, BodyHandlers.ofString()).statusCode();
        System.exit(status == 200 ? 0 : 1);
    }
}
