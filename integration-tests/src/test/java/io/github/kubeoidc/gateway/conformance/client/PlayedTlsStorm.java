// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import io.github.kubeoidc.gateway.standin.TlsSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocketFactory;

/** A row of the matrix of TLS, played on a gateway of its own with the heap of the image, beside an honest client. */
final class PlayedTlsStorm {

    private static final Duration PACE = Duration.ofMillis(50);

    /** More than the cap that the image's heap has with TLS. */
    private static final int BEYOND_THE_CAP = 900;

    /** Connections that others still close when the cap is looked at. */
    private static final int GIVE = 16;

    private static final int CONSTANT_LOOKS = 20;

    /** With a machine for itself. */
    private static final boolean STRICT = System.getProperty("gateway.clients") != null;

    private static final int TRIES = 3;
    private static final String REQUEST = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\n\r\n";

    private final CommandGateway gateway;
    private final SSLSocketFactory trust;

    private PlayedTlsStorm(CommandGateway gateway, SSLSocketFactory trust) {
        this.gateway = gateway;
        this.trust = trust;
    }

    /**
     * What is seen.
     *
     * @param outcomes what the hostile clients got
     * @param differences what is not as it was before, in words
     */
    record Seen(Set<String> outcomes, List<String> differences) {}

    static Seen seen(TlsBehaviour row) throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                TlsSecret secret = TlsSecret.temporary(CertificateKeys.P_256)) {
            Map<String, String> environment = new HashMap<>(upstream.environment());
            environment.putAll(ImageOptions.environment());
            environment.putAll(secret.environment());
            try (CommandGateway gateway = CommandGateway.start(List.of(Launcher.path()), environment)) {
                return new PlayedTlsStorm(gateway, secret.clientContext().getSocketFactory()).play(row, secret);
            }
        }
    }

    private Seen play(TlsBehaviour row, TlsSecret secret) throws Exception {
        // Has everything used once that is made when it is first used.
        warmUp(secret, 4, client -> client.handshake("TLSv1.3").send(REQUEST).answer());
        long files = GatewayState.settledFiles(gateway.pid());
        // The buffers that Jetty keeps for as many clients at a time among it.
        warmUp(
                secret,
                16,
                client -> client.handshake("TLSv1.3").send(TlsBehaviours.BODY).lastAnswer());
        // A connection that lingers is idle for seconds, and closed then.
        GatewayState.awaitFiles(gateway.pid(), files, "the connections of these clients to be closed");
        long cap = mostIdle();
        GatewayState before = GatewayState.of(gateway.pid());
        Set<String> outcomes = new TreeSet<>();
        List<String> differences = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Set<String>> storm =
                    threads.submit(() -> row.play().outcomes(gateway.baseUri(), secret.clientContext()));
            Future<?> honest = threads.submit(() -> ask(() -> !storm.isDone()));
            outcomes.addAll(storm.get());
            honest.get();
        } finally {
            threads.shutdownNow();
        }
        try {
            differences.addAll(before.differences(gateway.pid()));
            long after = mostIdle();
            if (Math.abs(after - cap) > GIVE) {
                differences.add("%d connections stay open where %d did".formatted(after, cap));
            }
            ask(() -> false);
        } catch (Exception | AssertionError e) {
            differences.add(e.toString());
        }
        if (!gateway.errors().isEmpty()) {
            differences.add("standard error: " + gateway.errors());
        }
        if (!row.expected().containsAll(outcomes)) {
            List<String> told = gateway.log().stream()
                    .filter(line -> line.contains(" WARN ") || line.contains("status=5"))
                    .toList();
            differences.add("clients got " + outcomes + ", and the log says " + told);
        }
        return new Seen(outcomes, differences);
    }

    private void warmUp(TlsSecret secret, int clients, TlsClients.Script script) throws Exception {
        TlsClients.run(gateway.baseUri(), secret.clientContext(), clients, Duration.ofSeconds(1), script);
    }

    /** Asks on a connection that it keeps and on a new one each time, and gets its 200. */
    private void ask(BooleanSupplier more) {
        RawHttp kept = RawHttp.connect(gateway.baseUri(), trust);
        int again = 0;
        try {
            do {
                try {
                    kept.send(REQUEST);
                    requireOk(kept.read().status());
                    requireOk(
                            RawHttp.exchange(gateway.baseUri(), trust, REQUEST).status());
                    again = 0;
                } catch (AssertionError | UncheckedIOException e) {
                    // What a busy machine keeps waiting has been in progress for longest, and makes room (1.7).
                    if (STRICT || ++again == TRIES) {
                        throw e;
                    }
                    kept.close();
                    kept = RawHttp.connect(gateway.baseUri(), trust);
                }
                Await.pace(PACE);
            } while (again > 0 || more.getAsBoolean());
        } finally {
            kept.close();
        }
    }

    private static void requireOk(int status) {
        if (status != 200) {
            throw new AssertionError("an honest client got " + status);
        }
    }

    /** How many idle connections stay open of more than there may be; all are gone when this returns. */
    private long mostIdle() throws IOException {
        try (IdleConnections idle = new IdleConnections(gateway)) {
            idle.open(BEYOND_THE_CAP);
            idle.awaitAccepted();
            return GatewayState.constant(
                    "a constant number of idle connections",
                    PACE,
                    CONSTANT_LOOKS,
                    () -> BEYOND_THE_CAP - idle.closed());
        }
    }
}
