// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code check} on an API server that speaks TLS, where all is well until a test breaks one thing. */
abstract class SetUp {
    static final String ISSUER = "https://issuer.example";
    static final RsaJsonWebKey KEY = Tokens.rsa("one");
    static final RsaJsonWebKey OTHER_KEY = Tokens.rsa("one");

    /** A root, an intermediate authority below it, and servers below that. */
    static final Certificates CERTIFICATES = Certificates.inMemory(none -> none.make("root", "-ext", "bc:c")
            .make("other", "-ext", "bc:c")
            .make("intermediate", "-signer", "root", "-ext", "bc:c")
            .make("server", "-signer", "intermediate", "-ext", "san=ip:127.0.0.1,dns:two.example")
            .make("elsewhere", "-signer", "intermediate", "-ext", "san=dns:elsewhere.example")
            .make("expired", "-signer intermediate -ext san=ip:127.0.0.1 -startdate -9d -validity 2".split(" ")));

    @TempDir
    Path directory;

    StandIn upstream;
    private final List<Closeable> opened = new ArrayList<>();

    @BeforeEach
    void startUpstream() throws Exception {
        upstream = server(CERTIFICATES.server("server", 2), "TLSv1.2", "TLSv1.3");
        upstream.environment.put("SA_CA_CERT_PATH", ca().toString());
        Files.writeString(ca(), CERTIFICATES.pem("root"));
        token(ISSUER, 600);
        discovery(ISSUER, ISSUER + StandIn.JWKS);
        keySet(KEY.toJson());
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Closeable one : opened) {
            one.close();
        }
        opened.clear();
    }

    <T extends Closeable> T opened(T one) {
        opened.add(one);
        return one;
    }

    /** One more server, with what the API server of a new set-up has, a token of its own and these versions of TLS. */
    StandIn server(SSLContext tls, String... protocols) throws IOException {
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = tls.getDefaultSSLParameters();
                ssl.setProtocols(protocols);
                parameters.setSSLParameters(ssl);
            }
        });
        Path own = Files.createDirectory(directory.resolve("server" + opened.size()));
        return opened(new StandIn(own, https, "https"));
    }

    Path ca() {
        return directory.resolve("ca.crt");
    }

    /** Gives the gateway itself another token. */
    void token(String issuer, long seconds) throws Exception {
        long expiry = Instant.now().getEpochSecond() + seconds;
        String claims = "{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":[\"sts.amazonaws.com\"],\"exp\":%d}";
        Files.writeString(upstream.token, Tokens.sign(KEY, "one", claims.formatted(issuer, expiry)));
    }

    void discovery(String issuer, String jwksUri) {
        String document = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\",\"subject_types_supported\":[\"public\"]}";
        publish(StandIn.DISCOVERY, document.formatted(issuer, jwksUri));
    }

    void keySet(String... jwks) {
        publish(StandIn.JWKS, "{\"keys\":[" + String.join(",", jwks) + "]}");
    }

    void publish(String path, String body) {
        upstream.bodies.put(path, body);
    }

    /** Runs the check, which has to end with this status, and returns what it says. It prints no token. */
    String check(int status, String... arguments) throws IOException {
        int ended = upstream.run(
                Stream.concat(Stream.of("check"), Stream.of(arguments)).toArray(String[]::new));
        String said = upstream.out() + upstream.err();
        assertThat(ended).as(said).isEqualTo(status);
        assertThat(said).doesNotContain("\tat ", "Exception", "secret-secret");
        for (Path token : List.of(upstream.token, workloadToken())) {
            if (Files.exists(token)) {
                assertThat(said).doesNotContain(Files.readString(token));
            }
        }
        return upstream.out();
    }

    Path workloadToken() {
        return directory.resolve("workload");
    }

    /** Checks a workload's token. */
    String checkToken(int status, String token) throws IOException {
        Files.writeString(workloadToken(), token);
        return check(status, "--token", workloadToken().toString());
    }
}
