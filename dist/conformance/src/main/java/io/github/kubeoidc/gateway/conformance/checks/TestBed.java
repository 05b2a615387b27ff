// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A gateway with a stand-in for an API server behind it, for one check or for several that only look. */
final class TestBed extends AskedGateway implements AutoCloseable {

    static final Map<String, String> EVERY_REQUEST_FETCHES = Map.of("CACHE_TTL_SECONDS", "0");

    /** A first handshake may take seconds on a busy machine; checks of the time-out set their own. */
    private static final String UPSTREAM_TIMEOUT = "30";

    private final Gateway gateway;
    private final @Nullable StartedGateway started;
    private final @Nullable ApiServerStandIn upstream;
    private final boolean endsUpstream;
    private volatile int firstLine;

    private TestBed(
            Gateway gateway,
            @Nullable StartedGateway started,
            @Nullable ApiServerStandIn upstream,
            boolean endsUpstream) {
        this.gateway = gateway;
        this.started = started;
        this.upstream = upstream;
        this.endsUpstream = endsUpstream;
    }

    /** A gateway that is somebody else's, with something unknown behind it. */
    static TestBed around(Gateway gateway) {
        return new TestBed(gateway, null, null, false);
    }

    /** A gateway that ends with the test bed, unlike what is behind it. */
    static TestBed around(StartedGateway gateway, @Nullable ApiServerStandIn upstream) {
        return new TestBed(gateway, gateway, upstream, false);
    }

    /** Starts a gateway with nothing behind it. */
    static CheckList.Start<TestBed> alone(Map<String, String> environment) {
        return delivery -> around(delivery.start(environment), null);
    }

    /**
     * Starts both.
     *
     * @param environment what differs from the defaults
     * @param prepare what happens to the stand-in before the gateway starts
     */
    static TestBed start(Delivery delivery, Map<String, String> environment, Consumer<ApiServerStandIn> prepare) {
        ApiServerStandIn upstream = ApiServerStandIn.start();
        try {
            prepare.accept(upstream);
        } catch (RuntimeException | Error e) {
            upstream.close();
            throw e;
        }
        return start(delivery, upstream, environment);
    }

    /** Starts a gateway in front of a stand-in, which ends with it. */
    static TestBed start(Delivery delivery, ApiServerStandIn upstream, Map<String, String> environment) {
        try {
            Map<String, String> variables = new HashMap<>(upstream.environment());
            variables.put("UPSTREAM_TIMEOUT_SECONDS", UPSTREAM_TIMEOUT);
            variables.putAll(environment);
            StartedGateway gateway = delivery.start(variables);
            return new TestBed(gateway, gateway, upstream, true);
        } catch (RuntimeException | Error e) {
            upstream.close();
            throw e;
        }
    }

    ApiServerStandIn upstream() {
        return Objects.requireNonNull(upstream, "checks of any running gateway do not ask for what is behind it");
    }

    ServedDocument jwks() {
        return upstream().jwks();
    }

    ServedDocument discovery() {
        return upstream().discovery();
    }

    void failBoth(Reply reply) {
        failBoth(upstream(), reply);
    }

    static void holdBoth(ApiServerStandIn upstream) {
        upstream.jwks().hold();
        upstream.discovery().hold();
    }

    void releaseBoth() {
        jwks().release();
        discovery().release();
    }

    static void failBoth(ApiServerStandIn upstream, Reply reply) {
        upstream.jwks().fail(reply);
        upstream.discovery().fail(reply);
    }

    StartedGateway gateway() {
        return Objects.requireNonNull(started, "checks of any running gateway look at its answers alone");
    }

    URI baseUri() {
        return gateway.baseUri();
    }

    @Override
    RawHttp connect() {
        return RawHttp.connect(gateway.baseUri());
    }

    @Override
    String host() {
        return started == null ? gateway.baseUri().getRawAuthority() : super.host();
    }

    /** Looks at one connection. */
    static CheckList.Body<TestBed> connected(CheckList.Body<RawHttp> body) {
        return bed -> {
            try (RawHttp http = bed.connect()) {
                body.run(http);
            }
        };
    }

    /** Has upstream serve another key set, and waits until the gateway does. */
    void changeJwks(Duration bound, String keys) {
        jwks().serve(keys);
        awaitJwks(bound, keys);
    }

    void awaitJwks(Duration bound, String keys) {
        Await.until(
                bound,
                "the key set that upstream has now",
                () -> Json.same(keys, getJwks().text()));
    }

    /** Waits for a fetch of the JWKS beyond so many. */
    void awaitFetch(Duration bound, int before) {
        Await.until(bound, "another fetch of the JWKS", () -> jwks().fetches() > before);
    }

    /** The lines of the log so far that have all these words in them. */
    Stream<String> log(String... words) {
        return gateway().log().stream()
                .skip(firstLine)
                .filter(line -> Stream.of(words).allMatch(line::contains));
    }

    /** Looks from now on at later lines of the log alone. */
    void forgetLog() {
        LogChecks.awaitAll(this);
        firstLine = gateway().log().size();
    }

    boolean isLogged(String... words) {
        return log(words).findAny().isPresent();
    }

    /** Waits for a line of the log that has all these words in it. */
    String awaitLog(Duration bound, String... words) {
        try {
            return Await.value(
                    bound,
                    "a line of the log with " + List.of(words),
                    () -> log(words).findFirst().orElse(null));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "; the log is " + gateway().log(), e);
        }
    }

    /** Expects that the log has no line so far with all these words in it. */
    void notLogged(String... words) {
        List<String> lines = log(words).toList();
        Expect.holds(lines.isEmpty(), "the log has lines with " + List.of(words) + ": " + lines);
    }

    /** Expects that the process, which has been asked to, ends with status 0. */
    void exits(Duration bound) {
        Expect.equal("the exit status", 0, gateway().awaitExit(bound));
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

    @Override
    public void close() {
        try {
            if (started != null) {
                started.close();
            }
        } finally {
            if (upstream != null && endsUpstream) {
                upstream.close();
            }
        }
    }
}
