// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.2 and 1.7: neither who waits for upstream nor who does not read holds a container thread. */
class WaitingTest {
    private static final int CLIENTS = 4 * WebServer.THREADS;

    @AutoClose
    private final WebServer server = new WebServer();

    private final List<Wire> wires = new ArrayList<>();

    @AfterEach
    void closeWires() throws Exception {
        for (Wire wire : wires) {
            wire.close();
        }
    }

    @Test
    void manyWaitForADocumentWhileOthersAreAnswered() throws Exception {
        server.jwks = new CompletableFuture<>();
        allSend(WebServer.GET_JWKS);
        server.awaitWaiting(server.jwks, CLIENTS);

        assertThat(server.get(WebServer.DISCOVERY).body()).isEqualTo(WebServer.DISCOVERY_BODY);
        server.get("/healthz").assertPlain(200, "OK");

        server.jwks.complete(WebServer.jwks(CacheStatus.MISS));
        for (Wire wire : wires) {
            WebServer.assertDocument(wire.read(), WebServer.JWKS_BODY, WebServer.JWKS_ETAG);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz"})
    void manyWaitForHealthWhileOthersAreAnswered(String path) throws Exception {
        server.healthy = new CompletableFuture<>();
        allSend("GET " + path + " HTTP/1.1\nHost: a\n\n");
        server.awaitWaiting(server.healthy, CLIENTS);

        assertThat(server.get(WebServer.JWKS).body()).isEqualTo(WebServer.JWKS_BODY);

        server.healthy.complete(false);
        for (Wire wire : wires) {
            wire.read().assertPlain(503, "Service Unavailable");
        }
    }

    @Test
    void whoWaitedGetsA304OrA502OrAHeadAsAnyoneElse() throws Exception {
        server.jwks = new CompletableFuture<>();
        server.discovery = new CompletableFuture<>();
        try (Wire conditional = server.connect();
                Wire head = server.connect();
                Wire failed = server.connect()) {
            conditional.send("GET " + WebServer.JWKS + " HTTP/1.1\nHost: a\nIf-None-Match: *\n\n");
            head.send("HEAD " + WebServer.JWKS + " HTTP/1.1\nHost: a\n\n");
            failed.send("GET " + WebServer.DISCOVERY + " HTTP/1.1\nHost: a\n\n");
            server.awaitWaiting(server.jwks, 2);
            server.awaitWaiting(server.discovery, 1);
            server.jwks.complete(WebServer.jwks(CacheStatus.MISS));
            server.discovery.complete(Answer.NONE);

            assertThat(conditional.readBodiless().status()).isEqualTo(304);
            Reply headers = head.readBodiless();
            assertThat(headers.header("Content-Length")).isEqualTo("" + WebServer.JWKS_BODY.length());
            failed.read().assertPlain(502, "Bad Gateway");

            // Nothing but the head was sent, and the connections go on.
            for (Wire wire : List.of(conditional, head, failed)) {
                assertThat(wire.send(WebServer.GET_JWKS).read().status()).isEqualTo(200);
            }
        }
    }

    /** CONTRACT 7: from SIGTERM on "every answer carries Connection: close", and /readyz is 503, /healthz is not. */
    @ParameterizedTest
    @CsvSource({"/openid/v1/jwks, 200", "/healthz, 200", "/readyz, 503"})
    void whatWaitsWhenAStopBeginsIsTheLastAnswerOfItsConnection(String path, int status) throws Exception {
        server.jwks = new CompletableFuture<>();
        server.healthy = new CompletableFuture<>();
        try (Wire wire = server.connect()) {
            wire.send("GET " + path + " HTTP/1.1\nHost: a\n\n");
            server.awaitWaiting(path.equals(WebServer.JWKS) ? server.jwks : server.healthy, 1);
            server.shutdown.begin();
            server.jwks.complete(WebServer.jwks(CacheStatus.MISS));
            server.healthy.complete(true);
            WebServer.assertLast(wire, wire.read(), status);
        }
    }

    /** CONTRACT 7: nor does an answer that is there at once miss a stop that begins while the gateway looks for it. */
    @ParameterizedTest
    @CsvSource({"/openid/v1/jwks, 200", "/healthz, 200", "/readyz, 503"})
    void whatIsLookedUpWhenAStopBeginsIsTheLastAnswerOfItsConnection(String path, int status) throws Exception {
        server.whenAsked = server.shutdown::begin;
        try (Wire wire = server.connect()) {
            Reply reply = wire.send("GET " + path + " HTTP/1.1\nHost: a\n\n").read();
            WebServer.assertLast(wire, reply, status);
        }
    }

    @Test
    void aClientThatIsGoneDisturbsNobodyWhoWaitsForTheSame() throws Exception {
        server.jwks = new CompletableFuture<>();
        allSend(WebServer.GET_JWKS);
        server.awaitWaiting(server.jwks, CLIENTS);
        for (Wire wire : wires.subList(0, CLIENTS - 1)) {
            wire.close();
        }
        server.jwks.complete(WebServer.jwks(CacheStatus.MISS));

        assertThat(wires.get(CLIENTS - 1).read().body()).isEqualTo(WebServer.JWKS_BODY);
        assertThat(server.get(WebServer.JWKS).body()).isEqualTo(WebServer.JWKS_BODY);
    }

    // A last resort: what is waited for is bounded itself, far below.
    @Test
    void whatNobodyCompletesIsAnsweredAsIfThereWereNoDocument() throws Exception {
        try (WebServer forgetful = new WebServer("/", "", Duration.ofMillis(50))) {
            forgetful.jwks = new CompletableFuture<>();
            forgetful.healthy = new CompletableFuture<>();
            forgetful.get(WebServer.JWKS).assertPlain(502, "Bad Gateway");
            forgetful.get("/healthz").assertPlain(503, "Service Unavailable");
            forgetful.jwks.complete(WebServer.jwks(CacheStatus.MISS));
            assertThat(forgetful.get(WebServer.JWKS).body()).isEqualTo(WebServer.JWKS_BODY);
        }
    }

    @Test
    void whoPipelinesAndNeverReadsHoldsNoThread() throws Exception {
        String large = "x".repeat(1 << 20);
        server.jwks = CompletableFuture.completedFuture(WebServer.answer(large, "\"l\"", CacheStatus.HIT));
        allSend(WebServer.GET_JWKS.repeat(20));
        // One answer fits into no socket's buffers often enough: each is asked for a few times and then stuck.
        for (int i = 0; i < CLIENTS; i++) {
            assertThat(server.asked.poll(10, TimeUnit.SECONDS)).isEqualTo("JWKS");
        }

        assertThat(server.get(WebServer.DISCOVERY).body()).isEqualTo(WebServer.DISCOVERY_BODY);
        server.get("/healthz").assertPlain(200, "OK");
        server.get("/a").assertPlain(404, "Not Found");
    }

    private void allSend(String requests) throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            Wire wire = server.connect();
            wires.add(wire);
            wire.send(requests);
        }
    }
}
