// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers for an API server, in clear and on loopback. */
public final class FakeApiServer implements AutoCloseable {
    /** The discovery document. */
    public static final String DISCOVERY =
            "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://api.example/k\"}";

    /** The key set. */
    public static final String JWKS = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> answering = CompletableFuture.completedFuture(null);

    /** Starts to answer, on a free port. */
    public FakeApiServer() throws IOException {
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

    /** The value of {@code UPSTREAM_HOST}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Takes requests from now on, and does not answer them before {@link #answer()} is called. */
    public FakeApiServer hang() {
        answering = new CompletableFuture<>();
        return this;
    }

    /** Answers what was held back, and all that follows. */
    public void answer() {
        answering.complete(null);
    }

    /** How many requests for a path there were so far. */
    public long askedFor(String path) {
        return asked.stream().filter(path::equals).count();
    }

    /** Waits until a path has been asked for; others may be before, as the gateway asks by itself when it starts. */
    public void awaitRequest(String path) {
        Waiting.until(() -> asked.contains(path));
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
        threads.shutdownNow();
    }
}
