// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: slow or greedy clients are bounded. Takes the real ten seconds, for all kinds of them at once. */
class BoundedConnectorTest {
    private static final byte[] LARGE = new byte[1 << 20];

    private final Server server = new Server();
    private final BoundedConnector connector =
            new BoundedConnector(server, BoundedConnector.MAX_CONNECTIONS, Long.MAX_VALUE, new HttpConnectionFactory());
    private final LinkedBlockingQueue<CompletableFuture<Void>> waiting = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService dribbling = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new TrackingHandler(handler(), Runnable::run));
        server.start();
    }

    private Handler handler() {
        return new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                switch (request.getHttpURI().getPath()) {
                    case "/large" -> response.write(true, ByteBuffer.wrap(LARGE), callback);
                    case "/wait" -> {
                        CompletableFuture<Void> answer = new CompletableFuture<>();
                        answer.thenRun(callback::succeeded);
                        waiting.add(answer);
                    }
                    default -> callback.succeeded();
                }
                return true;
            }
        };
    }

    @AfterEach
    void stop() throws Exception {
        dribbling.shutdownNow();
        server.stop();
    }

    /** Else the kernel would keep 4 MiB for each client that never reads. */
    @Test
    void theKernelKeepsLittleOfAnAnswerThatNobodyTakes() throws Exception {
        try (Wire client = new Wire(connector.getLocalPort())) {
            client.send("GET / HTTP/1.1\nHost: a\n\n").read();
            SocketChannelEndPoint endPoint = (SocketChannelEndPoint)
                    connector.getConnectedEndPoints().iterator().next();
            // Linux gives twice what it is asked for, for its own needs.
            assertThat(endPoint.getChannel().getOption(StandardSocketOptions.SO_SNDBUF))
                    .isBetween(BoundedConnector.SEND_BUFFER_BYTES, 2 * BoundedConnector.SEND_BUFFER_BYTES);
        }
    }

    @Test
    void theBoundsAreThoseOfTheContract() {
        assertThat(BoundedConnector.MESSAGE_BOUND).isEqualTo(Duration.ofSeconds(10));
        assertThat(BoundedConnector.IDLE_BOUND).isEqualTo(Duration.ofSeconds(60));
        assertThat(BoundedConnector.MAX_CONNECTIONS).isEqualTo(10_000);
        assertThat(connector.getIdleTimeout()).isEqualTo(60_000);
    }

    @Test
    void whoIsSlowIsClosedAndWhoWaitsIsNot() throws Exception {
        try (Wire dribbles = connect();
                Wire stalls = connect();
                Wire dribblesItsSecond = connect();
                Wire doesNotRead = connect();
                Wire isIdle = connect();
                Wire waits = connect()) {
            waits.send("GET /wait HTTP/1.1\nHost: a\n\n");
            CompletableFuture<Void> answer = waiting.poll(10, TimeUnit.SECONDS);
            isIdle.send("GET / HTTP/1.1\nHost: a\n\n");
            assertThat(isIdle.read().status()).isEqualTo(200);
            dribblesItsSecond.send("GET / HTTP/1.1\nHost: a\n\nGET /");
            assertThat(dribblesItsSecond.read().status()).isEqualTo(200);
            doesNotRead.send("GET /large HTTP/1.1\nHost: a\n\n".repeat(20));
            stalls.send("GET / HTTP/1.1\nHost: a\nX: ");
            long begun = System.nanoTime();
            dribbling.scheduleAtFixedRate(
                    () -> {
                        try {
                            dribbles.send("G");
                        } catch (java.io.IOException e) {
                            dribbling.shutdown();
                        }
                    },
                    0,
                    500,
                    TimeUnit.MILLISECONDS);
            await(() -> connector.getConnectedEndPoints().size() == 6);

            await(() -> connector.getConnectedEndPoints().size() <= 2);

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(18));
            answer.complete(null);
            assertThat(waits.read().status()).isEqualTo(200);
            isIdle.send("GET / HTTP/1.1\nHost: a\n\n");
            assertThat(isIdle.read().status()).isEqualTo(200);
        }
    }

    @Test
    void finishingWaitsForRequestsInFlightAndCountsWhatItCuts() throws Exception {
        try (Wire waits = connect()) {
            waits.send("GET /wait HTTP/1.1\nHost: a\n\n");
            CompletableFuture<Void> answer = waiting.poll(10, TimeUnit.SECONDS);
            assertThat(connector.finish(Duration.ofMillis(200))).isEqualTo(1);
            answer.complete(null);
            assertThat(waits.read().status()).isEqualTo(200);
            assertThat(connector.finish(Duration.ofSeconds(20))).isZero();
        }
    }

    @Test
    void atTheCapTheIdleOneMakesRoomAndARequestInFlightDoesNot() throws Exception {
        Server small = new Server();
        BoundedConnector capped = new BoundedConnector(small, 2, Long.MAX_VALUE, new HttpConnectionFactory());
        capped.setHost("127.0.0.1");
        small.addConnector(capped);
        small.setHandler(new TrackingHandler(handler(), Runnable::run));
        small.start();
        try (Wire inFlight = new Wire(capped.getLocalPort());
                Wire first = new Wire(capped.getLocalPort())) {
            inFlight.send("GET /wait HTTP/1.1\nHost: a\n\n");
            CompletableFuture<Void> answer = waiting.poll(10, TimeUnit.SECONDS);
            await(() -> capped.getConnectedEndPoints().size() == 2);
            try (Wire second = new Wire(capped.getLocalPort())) {
                assertThat(first.readToEnd()).isEmpty();
                try (Wire third = new Wire(capped.getLocalPort())) {
                    assertThat(second.readToEnd()).isEmpty();

                    answer.complete(null);
                    assertThat(inFlight.read().status()).isEqualTo(200);
                    third.send("GET / HTTP/1.1\nHost: a\n\n");
                    assertThat(third.read().status()).isEqualTo(200);
                }
            }
        } finally {
            small.stop();
        }
    }

    private Wire connect() throws Exception {
        return new Wire(connector.getLocalPort());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 300 && !condition.getAsBoolean(); i++) {
            never.await(100, TimeUnit.MILLISECONDS);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
