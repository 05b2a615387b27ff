// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: at the cap on connections the longest-idle one is closed and accepting goes on. */
class ConnectionCapTest {
    private static final int CAP = 100;
    private static final int CONNECTIONS = 2000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Server server = new Server();
    private final BoundedConnector connector =
            new BoundedConnector(server, CAP, Long.MAX_VALUE, new HttpConnectionFactory());
    private final List<SocketChannel> channels = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        server.stop();
    }

    @Test
    void aFloodLeavesTheCapAndNoMore() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
        int most = 0;
        // In a burst, so that several selectors are at it at the same moment.
        for (int i = 0; i < CONNECTIONS; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", connector.getLocalPort()));
            channel.configureBlocking(false);
            channels.add(channel);
            most = Math.max(most, connector.held());
        }

        long start = System.nanoTime();
        while (ended() < CONNECTIONS - CAP) {
            assertThat(System.nanoTime() - start)
                    .as("%d connections, a cap of %d, and so many closed: %d", CONNECTIONS, CAP, ended())
                    .isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(ended()).isEqualTo(CONNECTIONS - CAP);
        // Each takes up memory, whatever it is on its way to. Some are counted twice while they arrive.
        assertThat(most).isLessThanOrEqualTo(CAP + 2 * BoundedConnector.IN_TRANSIT);
    }

    private long ended() {
        return channels.stream().filter(ConnectionCapTest::hasEnded).count();
    }

    private static boolean hasEnded(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
