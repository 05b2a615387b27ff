// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.ProcessFigures;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A storm on a gateway of its own, and what is different afterwards. */
final class PlayedStorm {

    /**
     * Idle connections that are opened at a time: fewer than the queue of the gateway's port takes. From a full one the kernel drops
     * some, and tells no client.
     */
    private static final int AT_A_TIME = 500;

    private static final Duration PACE = Duration.ofMillis(100);

    /** How long idle connections have to stay: longer than a cap that was lowered takes to close them. */
    private static final Duration STAY = Duration.ofMillis(1500);

    private static final String ORDINARY = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\n"
            + IntStream.range(10, 34)
                    .mapToObj(i -> "X-Field-%d: %s\r\n".formatted(i, "v".repeat(18)))
                    .collect(Collectors.joining())
            + "\r\n";

    private final Storm storm;
    private final CommandGateway gateway;
    private final List<String> differences = new ArrayList<>();

    private PlayedStorm(Storm storm, CommandGateway gateway) {
        this.storm = storm;
        this.gateway = gateway;
    }

    /** Plays the storm and returns what is not as it was before, in words. */
    static List<String> differences(Storm storm) throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start()) {
            storm.before().accept(upstream);
            Map<String, String> environment = new HashMap<>(upstream.environment());
            environment.putAll(ImageOptions.environment());
            environment.putAll(storm.environment());
            String limit = storm.files() == 0 ? "" : "ulimit -n " + storm.files() + "; ";
            List<String> command = List.of("sh", "-c", limit + "exec \"$0\"", Launcher.path());
            try (CommandGateway gateway = CommandGateway.start(command, environment)) {
                PlayedStorm played = new PlayedStorm(storm, gateway);
                played.play(upstream);
                return played.differences;
            }
        }
    }

    private void play(ApiServerStandIn upstream) throws Exception {
        warmUp();
        int idle = cap(GatewayState.settledFiles(gateway.pid()));
        canHoldIdle(idle);
        GatewayState before = GatewayState.of(gateway.pid());
        clients();
        storm.after().accept(upstream);
        if (!ProcessFigures.isAlive(gateway.pid())) {
            differences.add("the process has ended: " + gateway.errors());
            return;
        }
        try {
            differences.addAll(before.differences(gateway.pid()));
            canHoldIdle(idle);
            ordinaryRequest();
        } catch (Exception | AssertionError e) {
            differences.add(e + (gateway.errors().isEmpty() ? "" : "; standard error: " + gateway.errors()));
        }
    }

    /** Has everything used once that is made when it is first used. */
    private void warmUp() throws IOException {
        Behaviour clients = Behaviour.of("1", "warm-up", 8, 1, "none")
                .sending("GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /other HTTP/1.1\r\n\r\n")
                .with(Behaviour.Flag.AGAIN);
        HostileClients.run(gateway.baseUri(), clients, () -> {});
    }

    private int cap(long files) {
        return storm.files() == 0 ? ImageOptions.maxConnections() : (int) (storm.files() - files) / 2;
    }

    private void clients() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Runnable all = () -> {
                List<Future<?>> kinds = new ArrayList<>();
                for (Behaviour kind : storm.clients()) {
                    kinds.add(threads.submit(() -> HostileClients.run(gateway.baseUri(), kind, () -> {})));
                }
                kinds.forEach(this::finish);
            };
            if (storm.logIsRead()) {
                all.run();
            } else {
                gateway.withLogBlocked(all);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void finish(Future<?> kind) {
        try {
            kind.get();
        } catch (Exception e) {
            // As when nobody listens any more.
            differences.add("clients: " + e.getCause());
        }
    }

    /** Opens so many connections, which are accepted and stay, and are gone when this returns. */
    private void canHoldIdle(int number) throws IOException {
        try (IdleConnections idle = new IdleConnections(gateway)) {
            for (int opened = 0; opened < number; opened += AT_A_TIME) {
                idle.open(Math.min(AT_A_TIME, number - opened));
                assertThat(idle.awaitAccepted())
                        .as("idle connections that were closed")
                        .isZero();
            }
            Await.whileHolds(STAY, number + " idle connections stay open", () -> {
                Await.pace(PACE);
                return idle.closed() == 0;
            });
        }
    }

    /** Right after an outage upstream may be left alone for a while (3.4), but not where health asks. */
    private void ordinaryRequest() {
        Await.until(
                GatewayState.AFTERMATH,
                "health to be 200",
                () -> status("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
        int status = status(ORDINARY);
        if (status != 200) {
            differences.add("an ordinary request is answered " + status);
        }
    }

    private int status(String request) {
        return RawHttp.exchange(gateway.baseUri(), request).status();
    }
}
