// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerStandInTest {

    @AutoClose
    private final ApiServerStandIn standIn = ApiServerStandIn.start();

    @Test
    void servesBothDocumentsToWhoeverHasTheTokenAndTrustsTheCa() throws Exception {
        HttpResponse<String> jwks = jwks();
        assertThat(jwks.statusCode()).isEqualTo(200);
        assertThat(jwks.headers().firstValue("Content-Type")).hasValue("application/jwk-set+json");
        assertThat(get(ApiServerStandIn.DISCOVERY_PATH, standIn.token(), "application/json")
                        .body())
                .isEqualTo(standIn.discovery().json());

        SignedJWT token = SignedJWT.parse(Files.readString(standIn.files().tokenPath()));
        JWKSet keys = JWKSet.parse(jwks.body());
        assertThat(token.verify(new RSASSAVerifier(
                        keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        assertThat(token.getJWTClaimsSet().getIssuer())
                .isEqualTo(JSONObjectUtils.parse(standIn.discovery().json()).get("issuer"));
    }

    @Test
    void refusesAsARealOneDoes() throws Exception {
        assertThat(get(ApiServerStandIn.JWKS_PATH, "another", "*/*").statusCode())
                .isEqualTo(401);
        assertThat(get(ApiServerStandIn.JWKS_PATH, standIn.token(), "application/json")
                        .statusCode())
                .isEqualTo(406);
        assertThat(get("/other", standIn.token(), "*/*").statusCode()).isEqualTo(404);
        assertThat(standIn.jwks().fetches()).isEqualTo(2);
        assertThat(standIn.requests())
                .extracting(UpstreamRequest::path)
                .containsExactly(ApiServerStandIn.JWKS_PATH, ApiServerStandIn.JWKS_PATH, "/other");
    }

    @Test
    void failsOnDemandAndHeals() throws Exception {
        byte[] body = standIn.jwks().bytes();
        standIn.jwks().fail(Reply.status(503, "{}"));
        assertThat(jwks().statusCode()).isEqualTo(503);
        standIn.jwks().fail(Reply.cutShort(body));
        assertThatThrownBy(this::jwks).isInstanceOf(IOException.class);
        standIn.jwks().fail(Reply.hang());
        assertThatThrownBy(() -> get(ApiServerStandIn.JWKS_PATH, standIn.token(), "*/*", Duration.ofMillis(200)))
                .isInstanceOf(HttpTimeoutException.class);
        standIn.jwks().fail(Reply.chunked(body));
        assertThat(jwks().body()).isEqualTo(standIn.jwks().json());
        standIn.jwks().heal();
        assertThat(jwks().statusCode()).isEqualTo(200);
    }

    @Test
    void refusesConnectionsAndComesBackOnItsPort() throws Exception {
        URI before = standIn.baseUri();
        standIn.refuseConnections();
        assertThatThrownBy(this::jwks).isInstanceOf(IOException.class);
        standIn.acceptConnections();
        assertThat(standIn.baseUri()).isEqualTo(before);
        assertThat(jwks().statusCode()).isEqualTo(200);
    }

    @Test
    void cutsTheConnectionThatIsBeingAccepted() throws Exception {
        URI address = standIn.baseUri();
        for (int i = 0; i < 300; i++) {
            try (Socket client = new Socket(address.getHost(), address.getPort())) {
                client.setSoTimeout(20_000);
                standIn.refuseConnections();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            standIn.acceptConnections();
        }
    }

    @Test
    void hangsBeforeTheHandshake() throws Exception {
        standIn.hangHandshakes(true);
        try (Socket client = new Socket("127.0.0.1", standIn.baseUri().getPort())) {
            client.setSoTimeout(200);
            client.getOutputStream().write("anything".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            awaitOpenConnections(1);
        }
        // A closed connection is forgotten.
        awaitOpenConnections(0);
    }

    private void awaitOpenConnections(int number) {
        for (int i = 0; i < 2000 && standIn.openConnections() != number; i++) {
            Pace.pause(Duration.ofMillis(10));
        }
        assertThat(standIn.openConnections()).isEqualTo(number);
    }

    @Test
    void swapsFilesAsKubeletDoes() throws Exception {
        Path link = standIn.files().tokenPath().resolveSibling("..data");
        Path before = Files.readSymbolicLink(link);
        String next = standIn.replaceToken();
        standIn.files().rotateToken(next);
        assertThat(Files.readSymbolicLink(link)).isNotEqualTo(before);
        assertThat(standIn.files().tokenPath()).isSymbolicLink().hasContent(next);
        assertThat(standIn.files().caCertPath()).hasContent(standIn.caCert());
        standIn.files().rotateToken(null);
        assertThat(Files.exists(standIn.files().tokenPath())).isFalse();
    }

    @Test
    void leavesItsFilesWhereItWasTold(@TempDir Path directory) {
        try (ApiServerStandIn other = ApiServerStandIn.startIn(directory)) {
            assertThat(directory.resolve("token")).hasContent(other.token());
        }
        assertThat(directory.resolve("ca.crt")).exists();
    }

    private HttpResponse<String> jwks() throws Exception {
        return get(ApiServerStandIn.JWKS_PATH, standIn.token(), "*/*");
    }

    private HttpResponse<String> get(String path, String token, String accept) throws Exception {
        return get(path, token, accept, Duration.ofSeconds(20));
    }

    private HttpResponse<String> get(String path, String token, String accept, Duration timeout) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(standIn.caCert().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        HttpRequest request = HttpRequest.newBuilder(standIn.baseUri().resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", accept)
                .timeout(timeout)
                .build();
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }

    @RepeatedTest(10)
    void aCloseOnAThreadThatIsInterruptedLeavesNoFile() throws Exception {
        Path files = Path.of(standIn.environment().get("SA_TOKEN_PATH")).getParent();
        assertThat(files).isDirectory();

        Thread.currentThread().interrupt();
        try {
            standIn.close();
        } finally {
            Thread.interrupted();
        }

        assertThat(files).doesNotExist();
    }
}
