// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A gateway, and what it answers. */
abstract class AskedGateway {

    private static final String ANY_HOST = "gateway.example";

    abstract RawHttp connect();

    /** Which {@code Host} it is asked for; it ignores that itself. */
    String host() {
        return ANY_HOST;
    }

    /** Sends exactly these bytes on a new connection and reads one response. */
    RawResponse exchange(String request) {
        try (RawHttp http = connect()) {
            return http.ask(request);
        }
    }

    RawResponse get(String target, String... fields) {
        return exchange(requestTo("GET", target, fields));
    }

    RawResponse head(String target, String... fields) {
        return exchange(requestTo("HEAD", target, fields));
    }

    RawResponse getDiscovery() {
        return get(ApiServerStandIn.DISCOVERY_PATH);
    }

    RawResponse getJwks() {
        return get(ApiServerStandIn.JWKS_PATH);
    }

    /** The JWKS, which is there, within a time. */
    RawResponse getJwksWithin(Duration bound) {
        long start = System.nanoTime();
        RawResponse response = getJwks();
        long millis = (System.nanoTime() - start) / 1_000_000;
        return Expect.that(response)
                .status(200)
                .demand(millis < bound.toMillis(), "expected it within " + bound.toMillis() + " ms, not " + millis)
                .response();
    }

    /** Expects that an answer is a document, as a plain request gets it. */
    void isDocument(String path, RawResponse answer) {
        Expect.that(answer).status(200).body(get(path).text());
    }

    /** Expects a plain answer (1.4) to a {@code GET}. */
    void refuses(String target, int... statuses) {
        Expect.that(get(target)).status(statuses).plain();
    }

    /** Does something with so many connections. */
    void withClients(int number, CheckList.Body<List<RawHttp>> body) throws Exception {
        List<RawHttp> clients = new ArrayList<>();
        try {
            for (int i = 0; i < number; i++) {
                clients.add(connect());
            }
            body.run(clients);
        } finally {
            clients.forEach(RawHttp::close);
        }
    }

    /** Fetches both documents with success unless the start has (3.12), so that nothing is in flight any more. */
    RawResponse prime() {
        Expect.that(getDiscovery()).status(200);
        RawResponse jwks = getJwks();
        Expect.that(jwks).status(200);
        return jwks;
    }

    void documentsAre(int status) {
        Expect.that(getJwks()).status(status);
        Expect.that(getDiscovery()).status(status);
    }

    void healthIs(int status) {
        Expect.that(get("/healthz")).status(status).plain();
        Expect.that(get("/readyz")).status(status).plain();
    }

    void awaitStatus(Duration bound, String path, int status) {
        Await.until(bound, "GET " + path + " to be " + status, () -> get(path).status() == status);
    }

    /** Expects the same key set again, so many times. */
    void stillServes(RawResponse good, int times) {
        for (int i = 0; i < times; i++) {
            Expect.that(getJwks()).status(200).body(good.text()).field("ETag", good.require("ETag"));
        }
    }

    /** Expects the same key set again, so many times, each within a time. */
    void stillServes(RawResponse good, int times, Duration bound) {
        for (int i = 0; i < times; i++) {
            Expect.that(getJwksWithin(bound)).body(good.text());
        }
    }

    /** A request with these fields and a {@code Host} that the gateway ignores. */
    static String request(String method, String target, String... fields) {
        return request(ANY_HOST, method, target, fields);
    }

    /** A request with these fields and the {@code Host} by which a proxy in front of the gateway finds it. */
    String requestTo(String method, String target, String... fields) {
        return request(host(), method, target, fields);
    }

    private static String request(String host, String method, String target, String... fields) {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return request.append("\r\n").toString();
    }
}
