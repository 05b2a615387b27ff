// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1 and 2.2: a document of any size, up to 1 MiB, is answered alike. */
class BodyTest {
    @AutoClose
    private final WebServer server = new WebServer();

    @ParameterizedTest
    @ValueSource(
            ints = {1, Body.MAX_COPIED_BYTES - 1, Body.MAX_COPIED_BYTES, Body.MAX_COPIED_BYTES + 1, 100_000, 1 << 20})
    void aDocumentOfAnySizeIsAnsweredWholeAndTheConnectionGoesOn(int bytes) throws Exception {
        String document = text(bytes);
        server.jwks = CompletableFuture.completedFuture(WebServer.answer(document, "\"e\"", CacheStatus.HIT));
        try (Wire wire = server.connect()) {
            for (int i = 0; i < 3; i++) {
                WebServer.assertDocument(wire.send(WebServer.GET_JWKS).read(), document, "\"e\"");
            }
            Reply head = wire.send(WebServer.GET_JWKS.replace("GET", "HEAD")).readBodiless();
            assertThat(head.header("Content-Length")).isEqualTo("" + bytes);
            Reply known = wire.send(WebServer.GET_JWKS.replace("\n\n", "\nIf-None-Match: *\n\n"))
                    .readBodiless();
            assertThat(known.status()).isEqualTo(304);
            WebServer.assertDocument(wire.send(WebServer.GET_JWKS).read(), document, "\"e\"");
        }
        for (String method : new String[] {"GET", "GET", "GET", "HEAD"}) {
            server.assertTold("JWKS " + method + " 200 HIT");
        }
        server.assertTold("JWKS GET 304 HIT");
        server.assertTold("JWKS GET 200 HIT");
        assertThat(server.told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {Body.MAX_COPIED_BYTES, Body.MAX_COPIED_BYTES + 1, 1 << 20})
    void aDocumentOfAnySizeThatIsWaitedForIsAnsweredWholeAndTheConnectionGoesOn(int bytes) throws Exception {
        String document = text(bytes);
        try (Wire wire = server.connect()) {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Answer> later = new CompletableFuture<>();
                server.jwks = later;
                wire.send(WebServer.GET_JWKS);
                server.awaitWaiting(later, 1);
                later.complete(WebServer.answer(document, "\"e\"", CacheStatus.MISS));
                WebServer.assertDocument(wire.read(), document, "\"e\"");
                server.assertTold("JWKS GET 200 MISS");
            }
        }
        assertThat(server.told).isEmpty();
    }

    /** The container would cut an answer that a client takes slowly: Tomcat after 30 s, with its pieces in the wrong order. */
    @ParameterizedTest
    @CsvSource({"false, 0", "true, 300000"})
    void theContainerBoundsTheWaitForALargeDocumentAndNotItsSending(boolean waits, long millis) throws Exception {
        Answer large = WebServer.answer(text(1 << 20), "\"e\"", CacheStatus.HIT);
        CompletableFuture<AsyncContext> started = new CompletableFuture<>();
        server.wrapping = request -> new HttpServletRequestWrapper(request) {
            @Override
            public AsyncContext startAsync(ServletRequest inner, ServletResponse response) {
                AsyncContext async = super.startAsync(inner, response);
                started.complete(async);
                return async;
            }
        };
        server.jwks = waits ? new CompletableFuture<>() : CompletableFuture.completedFuture(large);
        try (Wire wire = server.connect().send(WebServer.GET_JWKS)) {
            AsyncContext async = started.get(10, TimeUnit.SECONDS);
            server.jwks.complete(large);
            assertThat(wire.readBodiless().status()).isEqualTo(200);
            assertThat(async.getTimeout()).isEqualTo(millis);
        }
    }

    /** CONTRACT 1.7: what answers "that are awaited or not taken" hold is bounded: they share a large document's bytes. */
    @Test
    void largeDocumentsThatClientsDoNotTakeAreNotCopied() throws Exception {
        Answer large = WebServer.answer(text(1 << 20), "\"e\"", CacheStatus.HIT);
        server.jwks = CompletableFuture.completedFuture(large);
        List<Wire> clients = new ArrayList<>();
        try {
            long before = usedHeap();
            for (int i = 0; i < 64; i++) {
                Wire client = server.connect().send(WebServer.GET_JWKS);
                clients.add(client);
                assertThat(client.readBodiless().status()).isEqualTo(200);
            }
            assertThat(usedHeap() - before).isLessThan(16 << 20);
        } finally {
            for (Wire client : clients) {
                client.close();
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** CONTRACT 6.1: one line for each request, of one that its client has left too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesInTheMiddleOfALargeDocumentIsToldOnce(boolean waits) throws Exception {
        Answer large = WebServer.answer(text(16 << 20), "\"e\"", CacheStatus.HIT);
        server.jwks = waits ? new CompletableFuture<>() : CompletableFuture.completedFuture(large);
        Wire wire = server.connect();
        wire.send(WebServer.GET_JWKS);
        if (waits) {
            server.awaitWaiting(server.jwks, 1);
        }
        server.jwks.complete(large);
        assertThat(wire.readBodiless().status()).isEqualTo(200);
        assertThat(server.told).isEmpty();
        wire.close();

        server.assertTold("JWKS GET 200 HIT");
        assertThat(server.get(WebServer.DISCOVERY).status()).isEqualTo(200);
        server.assertTold("DISCOVERY GET 200 HIT");
        assertThat(server.told).isEmpty();
    }

    /** CONTRACT 6.1 and 9: how long a request takes does not depend on how fast its client reads. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theTimeThatAClientTakesToReadIsNotTheRequests(boolean waits) throws Exception {
        Answer large = WebServer.answer(text(16 << 20), "\"e\"", CacheStatus.HIT);
        server.jwks = waits ? new CompletableFuture<>() : CompletableFuture.completedFuture(large);
        try (Wire wire = server.connect().send(WebServer.GET_JWKS)) {
            if (waits) {
                server.awaitWaiting(server.jwks, 1);
            }
            server.jwks.complete(large);
            assertThat(wire.readBodiless().status()).isEqualTo(200);
            // Each look at the time advances it.
            server.get(WebServer.DISCOVERY);
            server.assertTold("DISCOVERY ");
        }
        assertThat(server.told.poll(10, TimeUnit.SECONDS)).isEqualTo("JWKS GET 200 HIT " + WebServer.NANOS_PER_LOOK);
    }

    /** CONTRACT 1.7: "nothing leaked". A container may leave it to the application to end an answer that fails. */
    @Test
    void aLargeAnswerThatFailsCompletesItsRequest() throws Exception {
        List<String> called = new ArrayList<>();
        AtomicReference<WriteListener> listener = new AtomicReference<>();
        ServletOutputStream output = new ServletOutputStream() {
            @Override
            public boolean isReady() {
                return false;
            }

            @Override
            public void setWriteListener(WriteListener set) {
                listener.set(set);
            }

            @Override
            public void write(int b) {
                throw new AssertionError("it is not ready");
            }
        };
        AsyncContext async = fake(AsyncContext.class, Map.of(), called);
        HttpServletRequest request = fake(
                HttpServletRequest.class,
                Map.of("getMethod", "GET", "isAsyncStarted", true, "getAsyncContext", async),
                called);
        HttpServletResponse response = fake(HttpServletResponse.class, Map.of("getOutputStream", output), called);
        Body.send(
                new byte[Body.MAX_COPIED_BYTES + 1], new RequestLog(request, response, () -> 0, Events.NONE), response);
        listener.get().onWritePossible();
        assertThat(called).doesNotContain("complete");
        listener.get().onError(new IOException("the client has gone"));
        assertThat(called).containsOnlyOnce("complete");
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers, List<String> called) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    called.add(method.getName());
                    return answers.get(method.getName());
                }));
    }

    private static String text(int bytes) {
        StringBuilder text = new StringBuilder(bytes);
        while (text.length() < bytes) {
            text.append((char) ('a' + text.length() % 23));
        }
        return text.toString();
    }
}
