// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
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

    private static final Path MANIFEST = Path.of("dist/kubernetes/kube-oidc-gateway.yaml");
    private static final Path PAGE = Path.of("docs/roll-out.md");

    /** Where the page's gateways are. */
    private static final List<String> GATEWAYS = List.of("192.0.2.11:8080", "192.0.2.12:8080");

    /** A variable of the manifest's, but for those in comments. */
    private static final Pattern VARIABLE = Pattern.compile("\n +- name: ([A-Z_]+)\n +value: \"?([^\"\n]+)");

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
            int port = Programs.freePort();
            String configuration = configuration(kind, port, gateways);
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

        one.replace(Launcher.with(environment("one"), "CLIENT_CACHE_TTL_SECONDS", "1234"));
        other.replace(Launcher.with(environment("other"), "CLIENT_CACHE_TTL_SECONDS", "1234"));
        nothingWasLost("a change of configuration");
        // Stored documents are stale, and have another age, until the API server has been asked.
        for (SteadyLoad load : loads.values()) {
            Await.until(SOON, "answers of gateways that were configured anew", () -> isConfigured(load));
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
        Map<String, String> environment = Launcher.with(upstream.environment());
        VARIABLE.matcher(Repository.text(MANIFEST))
                .results()
                .forEach(variable -> environment.put(variable.group(1), variable.group(2)));
        assertThat(environment).containsKeys("SHUTDOWN_DELAY_SECONDS", "HEALTH_MAX_STALE_SECONDS", "CACHE_DIR");
        environment.put(
                "CACHE_DIR", Files.createDirectories(folder.resolve(name)).toString());
        return environment;
    }

    private static boolean isConfigured(SteadyLoad load) {
        return IntStream.range(0, 6).allMatch(i -> load.cacheControl().endsWith("max-age=1234"));
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

    /**
     * The page's configuration of a proxy, word for word but for the addresses.
     *
     * @param port where the proxy listens in place of the page's port, on loopback
     * @param gateways the two that it is in front of
     */
    private static String configuration(Proxy.Kind kind, int port, List<URI> gateways) {
        boolean isNginx = kind == Proxy.Kind.NGINX;
        String fence = "```" + (isNginx ? "nginx" : "haproxy");
        Matcher block = Pattern.compile(fence + "\n(.*?)```", Pattern.DOTALL).matcher(Repository.text(PAGE));
        assertThat(block.find()).as("%s has a block %s", PAGE, fence).isTrue();
        String text = block.group(1);
        for (int i = 0; i < GATEWAYS.size(); i++) {
            text = replaced(text, GATEWAYS.get(i), gateways.get(i).getAuthority());
        }
        return isNginx
                ? replaced(text, "listen 8080;", "listen 127.0.0.1:" + port + ";")
                : replaced(text, "bind :8080", "bind 127.0.0.1:" + port);
    }

    private static String replaced(String text, String address, String by) {
        assertThat(text).containsOnlyOnce(address);
        return text.replace(address, by);
    }
}
