// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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

    private final Server server = new Server();
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
    void thoseWhoseAnswersWaitForLongestMakeRoomLongBeforeTheirTimeIsOver() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new TrackingHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.write(true, ByteBuffer.allocate(ANSWER_BYTES), callback);
                return true;
            }
        }));
        server.start();
        long start = System.nanoTime();
        for (int i = 0; i < CLIENTS; i++) {
            Wire client = new Wire(connector.getLocalPort());
            clients.add(client);
            client.send("GET / HTTP/1.1\nHost: a\n\n");
            int asked = i + 1;
            // One after the other, so that it is known whose answer is the oldest.
            await(
                    start,
                    () -> connector.getConnectedEndPoints().size() == Math.min(asked, ROOM_FOR)
                            && connector.getConnectedEndPoints().stream()
                                    .allMatch(endPoint -> ((BoundedEndPoint) endPoint).isWriting()));
        }
        assertThat(clients.get(0).readToEnd().length()).isLessThan(ANSWER_BYTES);
        assertThat(clients.get(CLIENTS - 1).read().status()).isEqualTo(200);
    }

    private static void await(long start, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
