// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Answers for an API server, in clear and on loopback. */
final class FakeApiServer implements AutoCloseable {
    static final String DISCOVERY = "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://api.example/k\"}";
    static final String JWKS = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private volatile CompletableFuture<Void> answering = CompletableFuture.completedFuture(null);

    FakeApiServer() throws IOException {
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            answering.join();
            byte[] body = (path.endsWith("jwks") ? JWKS : DISCOVERY).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** One that answers nothing before {@link #answer()} is called. */
    static FakeApiServer hanging() throws IOException {
        FakeApiServer server = new FakeApiServer();
        server.answering = new CompletableFuture<>();
        return server;
    }

    void answer() {
        answering.complete(null);
    }

    /** Waits until a path is asked for; others may be before, as the gateway asks by itself when it starts. */
    void awaitRequest(String path) throws InterruptedException {
        String next;
        do {
            next = asked.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("asked for " + path).isNotNull();
        } while (!path.equals(next));
    }

    @Override
    public void close() {
        answering.complete(null);
        server.stop(0);
        threads.shutdownNow();
    }
}
