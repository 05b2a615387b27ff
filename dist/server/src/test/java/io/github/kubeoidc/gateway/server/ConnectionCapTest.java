// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.io.ManagedSelector;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: at the cap on connections the longest-idle one is closed, and accepting goes on. */
class ConnectionCapTest {
    private static final int CAP = 100;
    private static final int CONNECTIONS = 2000;

    @Test
    void aFloodLeavesTheCapAndNoMore() throws Exception {
        List<SocketChannel> channels = new ArrayList<>();
        try (FrontDoor door = new FrontDoor(CAP, Long.MAX_VALUE)) {
            int most = 0;
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress("127.0.0.1", door.connector.getLocalPort()));
                channel.configureBlocking(false);
                channels.add(channel);
                most = Math.max(most, door.connector.held());
            }

            FrontDoor.await(() -> ended(channels) >= CONNECTIONS - CAP && door.connector.held() == CAP);
            assertThat(ended(channels)).isEqualTo(CONNECTIONS - CAP);
            // Each takes up memory, whatever it is on its way to. Some are counted twice while they arrive.
            assertThat(most).isLessThanOrEqualTo(CAP + 2 * ConnectionCap.IN_TRANSIT);
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    /** Where the cap is smaller than what may be on its way, too, and with nobody who comes afterwards. */
    @Test
    void aFloodIsOverForASmallCapToo() throws Exception {
        try (FrontDoor door = new FrontDoor(3, Long.MAX_VALUE)) {
            for (int i = 0; i < 300; i++) {
                door.connect();
            }
            FrontDoor.await(() -> door.connector.held() == 3);
        }
    }

    @Test
    void theIdleOneMakesRoomAndARequestInFlightDoesNot() throws Exception {
        try (FrontDoor door = new FrontDoor(2, Long.MAX_VALUE)) {
            Wire inFlight = door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            FrontDoor.await(() -> !door.waiting.isEmpty());
            Wire first = door.connect();
            FrontDoor.await(() -> door.open() == 2);
            Wire second = door.connect();
            assertThat(first.readToEnd()).isEmpty();
            // The second is there, and has been idle for longer than the third will be.
            FrontDoor.await(() -> door.open() == 2 && door.connector.held() == 2);
            Wire third = door.connect();
            assertThat(second.readToEnd()).isEmpty();

            door.answerOne();
            assertThat(inFlight.read().status()).isEqualTo(200);
            assertThat(third.send(FrontDoor.GET).read().status()).isEqualTo(200);
        }
    }

    /** A client that begins requests and does not go on would else keep all others out. */
    @Test
    void anUnfinishedHeadMakesRoomLikeAnIdleConnection() throws Exception {
        try (FrontDoor door = new FrontDoor(3, Long.MAX_VALUE)) {
            List<Wire> begun = door.connect(3, "G");
            FrontDoor.await(() -> door.unfinishedHeads() == 3);
            Wire honest = door.connect();
            assertThat(begun.get(0).readToEnd()).isEmpty();
            FrontDoor.await(() -> door.open() == 3 && door.connector.held() == 3);
            assertThat(honest.send(FrontDoor.GET).read().status()).isEqualTo(200);
        }
    }

    @Test
    void whereNoFileCanBeOpenedSomeMakeRoomAndAllAreAllowedAgain() throws Exception {
        try (FrontDoor door = new FrontDoor(CAP, Long.MAX_VALUE)) {
            door.connect(7, "");
            ClientConnector.Selectors selectors = door.connector.getBean(ClientConnector.Selectors.class);
            for (int open : new int[] {3, 1, 0}) {
                assertThat(selectors.doAccept(new PortWithoutFiles())).isNull();
                FrontDoor.await(() -> door.open() == open);
            }
            for (Wire client : door.connect(CAP, "")) {
                assertThat(client.send(FrontDoor.GET).read().status()).isEqualTo(200);
            }
            assertThat(door.open()).isEqualTo(CAP);
        }
    }

    /** "fewer are allowed while that lasts": what a close has freed is for the fetch that needs it, and not for the next client. */
    @Test
    void whereNoFileCanBeOpenedNothingIsAcceptedForAWhile() throws Exception {
        try (FrontDoor door = new FrontDoor(CAP, Long.MAX_VALUE)) {
            ClientConnector.Selectors selectors = door.connector.getBean(ClientConnector.Selectors.class);
            FrontDoor.await(() -> accepts(door.connector));
            FrontDoor.await(() -> {
                assertThat(selectors.doAccept(new PortWithoutFiles())).isNull();
                return !accepts(door.connector);
            });
            FrontDoor.await(() -> accepts(door.connector));
        }
    }

    private static boolean accepts(ClientConnector connector) {
        ServerSocketChannel port = (ServerSocketChannel) connector.getTransport();
        return connector.getBean(ClientConnector.Selectors.class).getBeans(ManagedSelector.class).stream()
                .map(selector -> port.keyFor(selector.getSelector()))
                .anyMatch(key -> key != null && key.interestOps() == SelectionKey.OP_ACCEPT);
    }

    /** Its process has no more files. */
    private static final class PortWithoutFiles extends ServerSocketChannel {
        PortWithoutFiles() {
            super(SelectorProvider.provider());
        }

        @Override
        public SocketChannel accept() throws IOException {
            throw new IOException("Too many open files");
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            return this;
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            return this;
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    private static long ended(List<SocketChannel> channels) {
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
