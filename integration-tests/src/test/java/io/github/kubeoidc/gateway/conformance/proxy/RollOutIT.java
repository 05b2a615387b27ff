// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two gateways with the settings of the shipped manifest, behind HAProxy and behind nginx at the same time, each as
 * {@code docs/roll-out.md} configures it. Each gateway is replaced at its address, so that there is but one meanwhile.
 */
@Execution(ExecutionMode.CONCURRENT)
class RollOutIT {

    private static final Path MANIFEST = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolveSibling("dist/kubernetes/kube-oidc-gateway.yaml");

    /** A variable of the manifest's, but for those in comments. */
    private static final Pattern VARIABLE = Pattern.compile("\n +- name: ([A-Z_]+)\n +value: \"?([^\"\n]+)");

    private static final String CLIENT_CACHE_TTL_SECONDS = "CLIENT_CACHE_TTL_SECONDS";
    private static final Duration LOAD = Duration.ofSeconds(60);

    /** A tenth of what a machine with nothing else to do makes in that time. */
    private static final int LEAST_REQUESTS = 900;

    private static final int MORE_REQUESTS = 200;
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<Proxy.Kind, Proxy> proxies = new EnumMap<>(Proxy.Kind.class);
    private final Map<Proxy.Kind, SteadyLoad> loads = new EnumMap<>(Proxy.Kind.class);
    private ApiServerStandIn upstream;
    private ReplacedGateway one;
    private ReplacedGateway other;

    @BeforeEach
    void start() throws IOException {
        for (Proxy.Kind kind : Proxy.Kind.values()) {
            assumeTrue(kind.executable() != null, () -> "**** SKIPPED: " + kind + " is not installed ****");
        }
        upstream = started(ApiServerStandIn.start());
        one = started(ReplacedGateway.start(environment("one")));
        other = started(ReplacedGateway.start(environment("other")));
        List<URI> gateways = List.of(one.uri(), other.uri());
        for (Proxy.Kind kind : Proxy.Kind.values()) {
            int port = Proxy.freePort();
            String configuration = RollOutPage.configuration(kind, port, gateways);
            Path files = Files.createDirectory(folder.resolve(kind.name()));
            proxies.put(kind, started(Proxy.start(kind, files, port, configuration)));
        }
    }

    private <T extends AutoCloseable> T started(T started) {
        running.push(started);
        return started;
    }

    @AfterEach
    void stop() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    @Test
    @DisplayName("CONTRACT 7: no request is lost while gateways are replaced, configured anew and killed")
    void nothingIsLost() throws Exception {
        long begun = System.nanoTime();
        proxies.forEach((kind, proxy) -> loads.put(kind, started(SteadyLoad.on(proxy.uri()))));
        bothAreAsked();

        one.replace(environment("one"));
        other.replace(environment("other"));
        nothingWasLost("a roll-out");
        bothAreAsked();

        Map<String, String> changed = Map.of(CLIENT_CACHE_TTL_SECONDS, "1234");
        one.replace(with(environment("one"), changed));
        other.replace(with(environment("other"), changed));
        nothingWasLost("a change of configuration");
        // Stored documents are stale, and have another age, until the API server has been asked.
        for (SteadyLoad load : loads.values()) {
            Await.until(SOON, "answers of gateways that were configured anew", () -> isConfigured(load, changed));
        }

        one.kill();
        moreRequests();
        nothingWasLost("a kill");
        one.startAgain(environment("one"));
        bothAreAsked();

        Duration left = LOAD.minusNanos(System.nanoTime() - begun);
        Await.whileHolds(
                left,
                "no error",
                () -> loads.values().stream().allMatch(load -> load.errors().isEmpty()));
        nothingWasLost("all of it");
        loads.forEach((kind, load) -> {
            System.out.printf(
                    "%s: %,d requests, the slowest took %,d ms%n",
                    kind, load.requests(), load.slowest().toMillis());
            assertThat(load.requests()).as("requests through %s", kind).isGreaterThan(LEAST_REQUESTS);
        });
    }

    private Map<String, String> environment(String name) throws IOException {
        Map<String, String> environment = new HashMap<>(upstream.environment());
        Matcher variable = VARIABLE.matcher(Files.readString(MANIFEST));
        while (variable.find()) {
            environment.put(variable.group(1), variable.group(2));
        }
        assertThat(environment).containsKeys("SHUTDOWN_DELAY_SECONDS", "HEALTH_MAX_STALE_SECONDS", "CACHE_DIR");
        environment.put(
                "CACHE_DIR", Files.createDirectories(folder.resolve(name)).toString());
        return environment;
    }

    private static Map<String, String> with(Map<String, String> environment, Map<String, String> changed) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(changed);
        return all;
    }

    private static boolean isConfigured(SteadyLoad load, Map<String, String> changed) {
        String age = "max-age=" + changed.get(CLIENT_CACHE_TTL_SECONDS);
        return IntStream.range(0, 6).allMatch(i -> load.cacheControl().endsWith(age));
    }

    private void bothAreAsked() {
        for (ReplacedGateway gateway : List.of(one, other)) {
            long before = gateway.answered();
            Await.until(SOON, "requests at " + gateway.uri(), () -> gateway.answered() > before + MORE_REQUESTS);
        }
    }

    private void moreRequests() {
        loads.forEach((kind, load) -> {
            int before = load.requests();
            Await.until(SOON, "requests through " + kind, () -> load.requests() > before + MORE_REQUESTS);
        });
    }

    private void nothingWasLost(String what) {
        List<String> errors = new ArrayList<>();
        loads.forEach((kind, load) -> load.errors().forEach(error -> errors.add(kind + " " + error)));
        assertThat(errors).as(what).isEmpty();
    }
}
