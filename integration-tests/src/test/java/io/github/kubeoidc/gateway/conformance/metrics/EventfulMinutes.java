// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Two pods and all that a dashboard has something to show of: clients that come and go, rude ones, a key that is announced and
 * one that is withdrawn, an API server that is away, and one that says no.
 */
final class EventfulMinutes implements AutoCloseable {
    private static final int CLIENTS = 10;
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(500);
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int RUDE = 12;

    private final int seconds;
    private final ApiServerStandIn apiServer = ApiServerStandIn.start();
    private final Map<String, StartedGateway> pods = new TreeMap<>();
    private final SSLSocketFactory trust;
    private final List<RawHttp> rude = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(8);
    private long beginning;

    /**
     * Starts the pods.
     *
     * @param folder where their certificate is
     * @param seconds how long all of it lasts
     */
    EventfulMinutes(Path launcher, Path folder, int seconds) throws Exception {
        this.seconds = seconds;
        Certificates certificates =
                Certificates.in(folder).make("server", "-ext", "san=ip:127.0.0.1", "-validity", "60");
        trust = certificates.client("server").getSocketFactory();
        publish("key-2025");
        Map<String, String> environment = Launcher.with(
                Launcher.with(apiServer.environment(), certificates.variables("server")),
                "METRICS_PORT",
                "0",
                "HEALTH_MAX_STALE_SECONDS",
                "2592000",
                "CACHE_TTL_SECONDS",
                "" + Math.max(1, seconds / 20));
        for (String pod : List.of("10.42.0.17:9090", "10.42.1.5:9090")) {
            pods.put(pod, CommandGateway.start(List.of(launcher.toString()), environment));
        }
    }

    /** Where their metrics are, by the name that each pod has in a cluster. */
    Map<String, URI> metrics() {
        Map<String, URI> addresses = new TreeMap<>();
        pods.forEach((name, pod) -> addresses.put(name, Scrape.address(pod)));
        return addresses;
    }

    /** Plays it all. Blocks for as long as it lasts. */
    void play() throws InterruptedException {
        beginning = System.nanoTime();
        for (StartedGateway pod : pods.values()) {
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(pod.baseUri(), i);
                clients.add(client);
                clock.scheduleWithFixedDelay(client, 40L * i, BETWEEN_REQUESTS.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        at(0.15);
        publish("key-2025", "key-2026");
        at(0.3);
        apiServer.ignoreConnections();
        at(0.45);
        apiServer.acceptConnections();
        at(0.55);
        publish("key-2026");
        at(0.65);
        refuse();
        at(0.75);
        apiServer.jwks().fail(Reply.status(403, "{}"));
        at(0.85);
        apiServer.jwks().heal();
        at(1);
        clock.shutdownNow();
        clock.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS);
        clients.forEach(Client::leave);
    }

    private void at(double share) {
        long left = (long) (share * seconds * 1e9) - (System.nanoTime() - beginning);
        Await.pace(Duration.ofNanos(Math.max(0, left)));
    }

    private void publish(String... kids) {
        apiServer
                .jwks()
                .serve(Stream.of(kids)
                        .map(kid -> "{\"use\":\"sig\",\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"" + kid
                                + "\",\"n\":\"AQAB\",\"e\":\"AQAB\"}")
                        .collect(Collectors.joining(",", "{\"keys\":[", "]}")));
    }

    /** Heads that are too large, and requests that do not end. */
    private void refuse() {
        for (StartedGateway pod : pods.values()) {
            for (int i = 0; i < RUDE; i++) {
                RawHttp.exchange(
                        pod.baseUri(), trust, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9000) + "\r\n\r\n");
                RawHttp slow = RawHttp.connect(pod.baseUri(), trust);
                rude.add(slow);
                slow.send("GET / HTTP/1.1\r\nHost:");
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        rude.forEach(RawHttp::close);
        pods.values().forEach(StartedGateway::close);
        apiServer.close();
    }

    /** One that keeps its connection, comes after a while and goes before the end. The first is kubelet, which stays. */
    private final class Client implements Runnable {
        private final URI pod;
        private final int number;
        private int sent;
        private @Nullable RawHttp connection;

        Client(URI pod, int number) {
            this.pod = pod;
            this.number = number;
        }

        @Override
        public void run() {
            double share = (System.nanoTime() - beginning) / 1e9 / seconds;
            boolean isThere = share >= number / 25.0 && share < 1 - number / 30.0;
            try {
                RawHttp current = connection;
                if (!isThere) {
                    leave();
                } else {
                    if (current == null) {
                        current = RawHttp.connect(pod, trust);
                        connection = current;
                    }
                    current.send("GET " + path() + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
                    current.read();
                }
            } catch (RuntimeException | AssertionError e) {
                // An exception would end the schedule; what is missing is seen on the dashboard.
                System.err.println("dashboard: " + e);
                leave();
            }
        }

        private void leave() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        private String path() {
            sent++;
            if (number == 0) {
                return "/readyz";
            }
            return sent % 40 == 39
                    ? "/favicon.ico"
                    : sent % 3 == 0 ? ApiServerStandIn.DISCOVERY_PATH : ApiServerStandIn.JWKS_PATH;
        }
    }
}
