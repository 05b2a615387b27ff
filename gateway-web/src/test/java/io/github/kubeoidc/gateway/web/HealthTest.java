// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 4 (the statuses) and 7 (the drain, as far as the web is concerned). */
class HealthTest {
    private final WebServer server = new WebServer();

    HealthTest() throws Exception {}

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz"})
    void healthIsOkWhereBothDocumentsCanBeServed(String path) throws Exception {
        server.get(path).assertPlain(200, "OK");
        server.get(path + "?verbose").assertPlain(200, "OK");
        assertThat(server.asked).containsExactly("health", "health");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz"})
    void healthIsUnavailableWhereUpstreamCannotBeReached(String path) throws Exception {
        server.healthy = CompletableFuture.completedFuture(false);
        server.get(path).assertPlain(503, "Service Unavailable");
    }

    @ParameterizedTest
    @CsvSource({"/healthz, true, 200, 3", "/readyz, true, 200, 3", "/healthz, false, 503, 20", "/readyz, false, 503, 20"
    })
    void headHasTheHeadersOfGetAndNoBody(String path, boolean healthy, int status, String length) throws Exception {
        server.healthy = CompletableFuture.completedFuture(healthy);
        try (Wire wire = server.connect()) {
            wire.send("HEAD " + path + " HTTP/1.1\nHost: a\n\n");
            Reply head = wire.readBodiless();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.header("Content-Length")).isEqualTo(length);
            head.assertPlainHeaders("Content-Length");
            assertThat(wire.send("GET " + path + " HTTP/1.1\nHost: a\n\n")
                            .read()
                            .status())
                    .isEqualTo(status);
        }
    }

    @Test
    void aDrainTurnsReadinessAndNotHealth() throws Exception {
        server.shutdown.begin();

        Reply ready = server.get("/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("Service Unavailable\n");
        ready.assertPlainHeaders("Content-Length", "Connection");
        assertThat(server.asked).as("a gateway that stops asks nothing").isEmpty();

        Reply healthy = server.get("/healthz");
        assertThat(healthy.status()).isEqualTo(200);
        assertThat(healthy.body()).isEqualTo("OK\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /openid/v1/jwks, 200",
        "HEAD, /openid/v1/jwks, 200",
        "GET, /.well-known/openid-configuration, 200",
        "POST, /openid/v1/jwks, 405",
        "GET, /healthz, 200",
        "GET, /readyz, 503",
        "HEAD, /readyz, 503",
        "POST, /readyz, 405",
        "GET, /a, 404"
    })
    void everyAnswerOfADrainClosesItsConnection(String method, String path, int status) throws Exception {
        server.shutdown.begin();
        try (Wire wire = server.connect()) {
            wire.send(method + " " + path + " HTTP/1.1\nHost: a\n\n");
            Reply reply = method.equals("HEAD") ? wire.readBodiless() : wire.read();
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(wire.readToEnd()).isEmpty();
        }
    }

    @Test
    void beforeADrainConnectionsStayOpen() throws Exception {
        try (Wire wire = server.connect()) {
            for (String path : new String[] {WebServer.JWKS, "/readyz", "/a", "/healthz"}) {
                Reply reply =
                        wire.send("GET " + path + " HTTP/1.1\nHost: a\n\n").read();
                assertThat(reply.headers()).doesNotContainKey("Connection");
            }
            server.shutdown.begin();
            Reply last = wire.send("GET /healthz HTTP/1.1\nHost: a\n\n").read();
            assertThat(last.header("Connection")).isEqualTo("close");
            assertThat(wire.readToEnd()).isEmpty();
        }
    }
}
