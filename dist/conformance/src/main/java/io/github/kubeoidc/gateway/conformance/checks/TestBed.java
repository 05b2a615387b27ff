// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A gateway with a stand-in for an API server behind it, for one check or for several that only look. */
final class TestBed implements AutoCloseable {

    /** A first handshake may take seconds on a busy machine; checks of the time-out set their own. */
    private static final String UPSTREAM_TIMEOUT = "30";

    private final @Nullable ApiServerStandIn upstream;
    private final Gateway gateway;
    private final @Nullable StartedGateway started;

    private TestBed(@Nullable ApiServerStandIn upstream, Gateway gateway, @Nullable StartedGateway started) {
        this.upstream = upstream;
        this.gateway = gateway;
        this.started = started;
    }

    /** A gateway that is somebody else's, with something unknown behind it. */
    static TestBed around(Gateway gateway) {
        return new TestBed(null, gateway, null);
    }

    /**
     * Starts both.
     *
     * @param environment what differs from the defaults
     * @param prepare what happens to the stand-in before the gateway starts
     */
    static TestBed start(Delivery delivery, Map<String, String> environment, Consumer<ApiServerStandIn> prepare) {
        return start(delivery, ApiServerStandIn.start(), environment, prepare);
    }

    static TestBed start(
            Delivery delivery,
            ApiServerStandIn upstream,
            Map<String, String> environment,
            Consumer<ApiServerStandIn> prepare) {
        try {
            prepare.accept(upstream);
            Map<String, String> variables = new HashMap<>(upstream.environment());
            variables.put("UPSTREAM_TIMEOUT_SECONDS", UPSTREAM_TIMEOUT);
            variables.putAll(environment);
            StartedGateway gateway = delivery.start(variables);
            return new TestBed(upstream, gateway, gateway);
        } catch (RuntimeException | Error e) {
            upstream.close();
            throw e;
        }
    }

    ApiServerStandIn upstream() {
        return Objects.requireNonNull(upstream, "checks of any running gateway do not ask for what is behind it");
    }

    StartedGateway gateway() {
        return Objects.requireNonNull(started, "checks of any running gateway look at its answers alone");
    }

    URI baseUri() {
        return gateway.baseUri();
    }

    RawHttp connect() {
        return RawHttp.connect(gateway.baseUri());
    }

    /** Sends exactly these bytes on a new connection and reads one response. */
    RawResponse exchange(String request) {
        return RawHttp.exchange(gateway.baseUri(), request);
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

    /** Fetches both documents with success unless the start has (3.12), so that nothing is in flight any more. */
    RawResponse prime() {
        Expect.that(getDiscovery()).status(200);
        RawResponse jwks = getJwks();
        Expect.that(jwks).status(200);
        return jwks;
    }

    /** When upstream was asked for a document, in seconds from each time to the next, from so many requests for it on. */
    List<Double> gaps(String path, int from) {
        List<Long> times = upstream().requests().stream()
                .filter(request -> request.path().equals(path))
                .map(UpstreamRequest::nanoTime)
                .skip(from)
                .toList();
        return IntStream.range(1, times.size())
                .mapToObj(i -> (times.get(i) - times.get(i - 1)) / 1e9)
                .toList();
    }

    /** Expects that upstream is never asked for either document sooner after the last time. */
    void fetchesAtLeast(double seconds) {
        for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
            Expect.holds(
                    gaps(path, 0).stream().allMatch(gap -> gap >= seconds),
                    "upstream was asked for " + path + " after " + gaps(path, 0) + " s");
        }
    }

    /** A request with these fields and a {@code Host} that the gateway ignores. */
    static String request(String method, String target, String... fields) {
        return request("gateway.example", method, target, fields);
    }

    /** A request with these fields and the {@code Host} by which a proxy in front of the gateway finds it. */
    String requestTo(String method, String target, String... fields) {
        return request(
                upstream == null ? gateway.baseUri().getRawAuthority() : "gateway.example", method, target, fields);
    }

    private static String request(String host, String method, String target, String... fields) {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    @Override
    public void close() {
        try (upstream;
                started) {
            // The gateway ends before what is behind it.
        }
    }
}
