// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: slow or greedy clients are bounded, the memory of requests that do not end or that wait included. */
class UnfinishedRequestsTest {
    /** Within 8 KiB, and some forty times that in Jetty. */
    private static final String MANY_FIELDS = "GET /wait HTTP/1.1\nHost: a\n" + "a:\n".repeat(1900);

    private static final long ROOM_FOR_THREE = 1_100_000;
    private static final int CLIENTS = 10;

    private static final long PATIENCE_NANOS = 8_000_000_000L;

    private final Server server = new Server();
    private final HttpConfiguration http = new HttpConfiguration();
    private final BoundedConnector connector =
            new BoundedConnector(server, 1000, ROOM_FOR_THREE, new HttpConnectionFactory(http));
    private final LinkedBlockingQueue<CompletableFuture<Void>> waiting = new LinkedBlockingQueue<>();
    private final List<Wire> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        http.setSendServerVersion(false);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setErrorHandler(new PlainTextErrors());
        server.setHandler(new TrackingHandler(
                new Handler.Abstract.NonBlocking() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        if (request.getHttpURI().getPath().equals("/wait")) {
                            CompletableFuture<Void> answer = new CompletableFuture<>();
                            answer.thenRun(() -> response.write(true, ByteBuffer.allocate(1), callback));
                            waiting.add(answer);
                        } else {
                            callback.succeeded();
                        }
                        return true;
                    }
                },
                Runnable::run));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        waiting.forEach(answer -> answer.complete(null));
        for (Wire client : clients) {
            client.close();
        }
        server.stop();
    }

    @Test
    void whoAsksForMoreThanIsLeftIsClosedAndASmallOneIsNot() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            connect().send(MANY_FIELDS);
        }

        for (Wire late : clients.subList(CLIENTS / 2, CLIENTS)) {
            assertThat(late.readToEnd()).isEmpty();
        }
        await(() -> open() <= 5);
        Wire honest = connect().send("GET / HTTP/1.1\nHost: a\n");
        assertThat(honest.send("\n").read().status()).isEqualTo(200);
    }

    @Test
    void whoIsClosedHoldsNothingAnyMore() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            Wire client = connect().send(MANY_FIELDS);
            await(() -> open() == 1);
            client.close();
            await(() -> open() == 0);
        }
        connect().send(MANY_FIELDS + "\n");
        await(() -> waiting.size() == 1);
    }

    @Test
    void whereManyWaitALargeRequestIsRefusedAndASmallOneIsNot() throws Exception {
        for (int i = 1; i <= 3; i++) {
            connect().send(MANY_FIELDS + "\n");
            int asked = i;
            await(() -> waiting.size() == asked);
        }

        Wire refused = connect().send(MANY_FIELDS + "\n");

        refused.read().assertPlain(431);
        assertThat(refused.readToEnd()).isEmpty();
        assertThat(connect().send("GET / HTTP/1.1\nHost: a\n\n").read().status())
                .isEqualTo(200);
        // What waited is answered, and there is room again.
        waiting.forEach(answer -> answer.complete(null));
        for (Wire client : clients.subList(0, 3)) {
            assertThat(client.read().status()).isEqualTo(200);
        }
        waiting.clear();
        clients.get(0).send(MANY_FIELDS + "\n");
        await(() -> waiting.size() == 1);
    }

    private Wire connect() throws Exception {
        Wire client = new Wire(connector.getLocalPort());
        clients.add(client);
        return client;
    }

    private long open() {
        return connector.getConnectedEndPoints().size();
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
