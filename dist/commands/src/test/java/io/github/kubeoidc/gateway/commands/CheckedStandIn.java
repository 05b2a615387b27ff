// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code check} on a set-up where all is well until a test breaks one step, in front of a real TLS server. */
abstract class CheckedStandIn {
    static final String ISSUER = "https://issuer.example";
    static final RsaJsonWebKey KEY = Tokens.rsa("one");
    private static final Certificates CERTIFICATES = Certificates.inMemory(
            none -> none.make("server", "-validity", "90", "-ext", "bc:c", "-ext", "san=ip:127.0.0.1"));
    static final SSLContext TLS = CERTIFICATES.server("server");

    @TempDir
    Path directory;

    StandIn server;

    @BeforeEach
    void start() throws Exception {
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(TLS));
        server = new StandIn(directory, https, "https");
        Files.writeString(directory.resolve("ca.crt"), CERTIFICATES.pem("server"));
        Files.writeString(server.token, token(ISSUER, 3600));
        discovery(ISSUER, ISSUER + "/openid/v1/jwks");
        keySet(KEY.toJson());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static String token(String issuer, long seconds) throws Exception {
        return Tokens.sign(
                KEY,
                "one",
                "{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":[\"sts.amazonaws.com\"],\"exp\":%d}"
                        .formatted(issuer, Instant.now().getEpochSecond() + seconds));
    }

    void discovery(String issuer, String jwksUri) {
        server.bodies.put(
                StandIn.DISCOVERY,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\",\"subject_types_supported\":[\"public\"]}"
                        .formatted(issuer, jwksUri));
    }

    void keySet(String... jwks) {
        server.bodies.put(StandIn.JWKS, "{\"keys\":[" + String.join(",", jwks) + "]}");
    }

    /** Runs the check, which has to end with this status. It prints no token. */
    String check(int status, String... arguments) throws IOException {
        int ended = server.run(
                Stream.concat(Stream.of("check"), Stream.of(arguments)).toArray(String[]::new));
        assertThat(ended).as(server.out() + server.err()).isEqualTo(status);
        if (Files.exists(server.token)) {
            String token = Files.readString(server.token).strip();
            if (!token.isEmpty()) {
                assertThat(server.out() + server.err()).doesNotContain(token);
            }
        }
        return server.out();
    }
}
