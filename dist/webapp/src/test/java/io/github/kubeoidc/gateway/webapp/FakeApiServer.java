// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Answers for an API server, in clear and on loopback. */
final class FakeApiServer implements AutoCloseable {
    static final String DISCOVERY = "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://api.example/k\"}";
    static final String JWKS = "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean hangs;

    FakeApiServer() throws IOException {
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            if (hangs) {
                awaitClose();
            }
            byte[] body = (path.endsWith("jwks") ? JWKS : DISCOVERY).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** Takes requests from now on, and does not answer them. */
    void hang() {
        hangs = true;
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    long askedFor(String path) {
        return asked.stream().filter(path::equals).count();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
