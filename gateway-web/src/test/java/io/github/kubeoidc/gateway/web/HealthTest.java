// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 4 (the statuses) and 7 (the drain, as far as the web is concerned). */
class HealthTest {
    @AutoClose
    private final WebServer server = new WebServer();

    @ParameterizedTest
    @CsvSource({
        "/healthz, true, 200, OK",
        "/readyz, true, 200, OK",
        "/healthz, false, 503, Service Unavailable",
        "/readyz, false, 503, Service Unavailable"
    })
    void healthTellsWhetherBothDocumentsCanBeServed(String path, boolean healthy, int status, String words)
            throws Exception {
        server.healthy = CompletableFuture.completedFuture(healthy);
        server.get(path).assertPlain(status, words);
        server.get(path + "?verbose").assertPlain(status, words);
        assertThat(server.asked).containsExactly("health", "health");
        try (Wire wire = server.connect()) {
            Reply head = wire.send("HEAD " + path + " HTTP/1.1\nHost: a\n\n").readBodiless();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.header("Content-Length")).isEqualTo("" + (words.length() + 1));
            head.assertPlainHeaders("Content-Length");
            wire.send("GET " + path + " HTTP/1.1\nHost: a\n\n").read().assertPlain(status, words);
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
            WebServer.assertLast(wire, reply, status);
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
            WebServer.assertLast(wire, last, 200);
        }
    }
}
