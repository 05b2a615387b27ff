// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: a client that never reads delays nobody, and so has only so much memory. */
class UntakenAnswersTest {
    private static final int ANSWER_BYTES = 20_000_000;
    private static final int ROOM_FOR = 3;
    private static final int CLIENTS = 10;
    private static final long PATIENCE_NANOS = 8_000_000_000L;

    private final HttpThreads threads = new HttpThreads();
    private final Server server = new Server(threads);
    private final BoundedConnector connector =
            new BoundedConnector(server, 1000, ROOM_FOR * (long) ANSWER_BYTES + 1_000_000, new HttpConnectionFactory());
    private final List<Wire> clients = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Wire client : clients) {
            client.close();
        }
        server.stop();
    }

    @Test
    void whoeverPipelinesMakesRoomBeforeThoseWhoAskedForOneAnswer() throws Exception {
        start();
        long start = System.nanoTime();
        Wire honest = connect("GET / HTTP/1.1\nHost: a\n\n");
        await(start, () -> areWriting(1));
        for (int i = 0; i < CLIENTS; i++) {
            connect("GET / HTTP/1.1\nHost: a\n\n".repeat(2));
            int writing = Math.min(2 + i, ROOM_FOR);
            await(start, () -> areWriting(writing));
        }
        assertThat(honest.read().body().length()).isEqualTo(ANSWER_BYTES);
    }

    @Test
    void thoseWhoseAnswersWaitForLongestMakeRoomLongBeforeTheirTimeIsOver() throws Exception {
        start();
        long start = System.nanoTime();
        for (int i = 0; i < CLIENTS; i++) {
            connect("GET / HTTP/1.1\nHost: a\n\n");
            int writing = Math.min(i + 1, ROOM_FOR);
            // One after the other, so that it is known whose answer is the oldest.
            await(start, () -> areWriting(writing));
        }
        assertThat(clients.get(0).readToEnd().length()).isLessThan(ANSWER_BYTES);
        assertThat(clients.get(CLIENTS - 1).read().status()).isEqualTo(200);
    }

    private void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new TrackingHandler(
                new Handler.Abstract.NonBlocking() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        response.write(true, ByteBuffer.allocate(ANSWER_BYTES), callback);
                        return true;
                    }
                },
                threads.pipelined()));
        server.start();
    }

    private Wire connect(String requests) throws IOException {
        Wire client = new Wire(connector.getLocalPort());
        clients.add(client);
        return client.send(requests);
    }

    private boolean areWriting(int count) {
        Collection<EndPoint> endPoints = connector.getConnectedEndPoints();
        return endPoints.size() == count
                && endPoints.stream().allMatch(endPoint -> ((BoundedEndPoint) endPoint).isWriting());
    }

    private static void await(long start, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
