// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that fetches documents in all the ways there are, most of the time on a connection that it keeps, and looks at
 * every answer.
 */
final class FetchingClient {

    private final URI gateway;
    private final List<Publications> documents;
    private final Random random;
    private final Observations seen;
    private final Map<String, Integer> newest = new HashMap<>();
    private final Map<String, String> entityTags = new HashMap<>();
    private @Nullable RawHttp connection;

    FetchingClient(URI gateway, List<Publications> documents, Random random, Observations seen) {
        this.gateway = gateway;
        this.documents = documents;
        this.random = random;
        this.seen = seen;
    }

    /** Fetches on and on, with a moment between any two requests. */
    void run(BooleanSupplier ended, int mostMillisBetween) {
        while (!ended.getAsBoolean()) {
            try {
                request(documents.get(random.nextInt(documents.size())));
            } catch (AssertionError | UncheckedIOException e) {
                seen.wrong(String.valueOf(e.getMessage()));
                disconnect();
            }
            Await.pace(Duration.ofMillis(1 + random.nextInt(mostMillisBetween)));
        }
        disconnect();
    }

    private void request(Publications document) {
        switch (random.nextInt(20)) {
            case 0 -> plain("GET", "/nothing", 404);
            case 1 -> plain("POST", document.path(), 405);
            case 2 -> health();
            case 3, 4, 5 -> revalidate(document);
            case 6, 7 -> fetch("HEAD", document, "");
            case 8 -> {
                // On a connection of its own.
                disconnect();
                fetch("GET", document, "Connection: close\r\n");
                disconnect();
            }
            case 9 -> pipeline(document);
            default -> fetch("GET", document, "");
        }
    }

    private void fetch(String method, Publications document, String fields) {
        RawResponse answer = exchange(method, document.path(), fields);
        require(answer.status() == 200, "a document that was fetched once is not 200", answer);
        if (method.equals("HEAD")) {
            see(document, document.versionOf(answer.require("ETag")), answer);
        } else {
            take(document, answer);
        }
    }

    private void revalidate(Publications document) {
        String entityTag = entityTags.get(document.path());
        if (entityTag == null) {
            fetch("GET", document, "");
            return;
        }
        RawResponse answer = exchange("GET", document.path(), "If-None-Match: " + entityTag + "\r\n");
        if (answer.status() == 304) {
            require(entityTag.equals(answer.require("ETag")), "304, with another ETag than " + entityTag, answer);
            see(document, document.versionOf(entityTag), answer);
        } else {
            require(answer.status() == 200, "a document that was fetched once is neither 200 nor 304", answer);
            take(document, answer);
        }
    }

    private void pipeline(Publications document) {
        RawHttp http = connect();
        String request = request("GET", document.path(), "");
        long start = System.nanoTime();
        http.send(request.repeat(3));
        for (int i = 0; i < 3; i++) {
            seen.count("request GET");
            RawResponse answer = http.read();
            seen.answeredAfter(Duration.ofNanos(System.nanoTime() - start));
            require(answer.status() == 200, "a document that was fetched once is not 200", answer);
            take(document, answer);
            if ("close".equals(answer.field("Connection"))) {
                // What was sent with the request before is discarded.
                disconnect();
                return;
            }
        }
    }

    private void plain(String method, String path, int status) {
        RawResponse answer = exchange(method, path, "");
        require(answer.status() == status, "expected " + status, answer);
    }

    private void health() {
        RawResponse answer = exchange("GET", random.nextBoolean() ? "/healthz" : "/readyz", "");
        require(answer.status() == 200 || answer.status() == 503, "expected 200 or 503", answer);
        seen.count("health " + answer.status());
    }

    private void take(Publications document, RawResponse answer) {
        see(document, document.versionOf(answer), answer);
        entityTags.put(document.path(), answer.require("ETag"));
    }

    /** Nobody sees an older document after a newer one. */
    private void see(Publications document, @Nullable Integer version, RawResponse answer) {
        // A HEAD may be the first to bring a new ETag.
        if (version != null) {
            int before = newest.merge(document.path(), version, Math::max);
            require(before <= version, "version " + version + " after version " + before, answer);
        }
    }

    private static void require(boolean isRight, String wrong, RawResponse answer) {
        if (!isRight) {
            throw new AssertionError(wrong + ": " + answer);
        }
    }

    private RawResponse exchange(String method, String path, String fields) {
        RawHttp http = connect();
        long start = System.nanoTime();
        http.send(request(method, path, fields));
        seen.count("request " + method);
        RawResponse answer = http.read();
        if (documents.stream().anyMatch(document -> document.path().equals(path))) {
            seen.answeredAfter(Duration.ofNanos(System.nanoTime() - start));
        }
        return answer;
    }

    private static String request(String method, String path, String fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: gateway.example\r\n" + fields + "\r\n";
    }

    private RawHttp connect() {
        RawHttp http = connection;
        if (http == null) {
            http = RawHttp.connect(gateway);
            connection = http;
        }
        return http;
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
