// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.testsupport.Wire;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7, 6.6 and 7: how connections are accepted, and how all of them end. */
class ClientConnectorTest {
    private static final int BUFFER_BYTES = 16 * 1024;

    /** "Slow or greedy clients are bounded": by the sweep, as Jetty's timer begins anew with every byte. */
    @Test
    void aConnectionHasSmallBuffersAndNoTimerOfJettys() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            door.connect(1, "");
            ClientEndPoint client = (ClientEndPoint)
                    door.connector.getConnectedEndPoints().iterator().next();
            SocketChannel channel = client.getChannel();
            // Linux has twice what it is asked for.
            assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isLessThanOrEqualTo(2 * BUFFER_BYTES);
            assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF)).isLessThanOrEqualTo(2 * BUFFER_BYTES);
            assertThat(client.getIdleTimeout()).isZero();
        }
    }

    /** "nothing leaked": the selector keeps a closed end point until its next turn. */
    @Test
    void ofAClientThatHasGoneNothingIsKept() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire client = door.connect().send("GET");
            FrontDoor.await(() -> door.unfinishedHeads() == 1);
            ClientEndPoint kept = (ClientEndPoint)
                    door.connector.getConnectedEndPoints().iterator().next();
            assertThat(kept.getConnection()).isNotNull();
            client.close();
            FrontDoor.await(() -> kept.getConnection() == null);
            assertThat(kept.progress().heldHeap()).isZero();
        }
    }

    /** "Clients that were closed or refused by 1.7 are one `WARN` [...] with the number of each kind." */
    @Test
    void clientsThatAreRefusedAreTold() throws Exception {
        try (LogLines log = LogLines.of("clients closed or refused: ");
                FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            door.refusals.add(Reason.NO_FILES);
            assertThat(log.awaited(1)).containsExactly("WARN clients closed or refused: too many open files 1");
        }
    }

    /** Nor is that a want of files, for which others would be closed. */
    @Test
    void nothingIsAcceptedAtAPortThatIsClosed() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            door.connect(1, "");
            ServerSocketChannel port = ServerSocketChannel.open();
            port.close();
            assertThat(door.connector.getBean(ClientConnector.Selectors.class).doAccept(port))
                    .isNull();
            assertThat(door.refusals.all()).containsEntry("no_files", 0L);
        }
    }

    /** "delays nobody": between so many new connections, those that are open have their turn. */
    @Test
    void aSelectorAcceptsAFewAtATime() throws Exception {
        List<SocketChannel> peers = new ArrayList<>();
        try (FrontDoor door = new FrontDoor(100, Long.MAX_VALUE);
                ServerSocketChannel port = ServerSocketChannel.open()) {
            port.configureBlocking(false);
            port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            for (int i = 0; i < 40; i++) {
                peers.add(SocketChannel.open(port.getLocalAddress()));
            }
            ClientConnector.Selectors selectors = door.connector.getBean(ClientConnector.Selectors.class);
            assertThat(acceptAll(selectors, port)).isEqualTo(32);
            assertThat(acceptAll(selectors, port)).isEqualTo(8);
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    private static int acceptAll(ClientConnector.Selectors selectors, ServerSocketChannel port) throws IOException {
        int accepted = 0;
        for (SelectableChannel next = selectors.doAccept(port); next != null; next = selectors.doAccept(port)) {
            next.close();
            accepted++;
        }
        return accepted;
    }

    /** CONTRACT 7: "then no more are accepted", though no selector finds anything else to do. */
    @Test
    void aPortThatIsClosedIsFree() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            int port = door.port();
            door.connector.close();
            FrontDoor.await(() -> {
                try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                    return again.isBound();
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    /** CONTRACT 7: "requests in flight finish". */
    @Test
    void aFinishWaitsForARequestInFlightAndForNobodyElse() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire isIdle = door.connect().send(FrontDoor.GET);
            assertThat(isIdle.read().status()).isEqualTo(200);
            Wire waits = door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            FrontDoor.await(() -> !door.waiting.isEmpty());

            CompletableFuture<Long> cut = CompletableFuture.supplyAsync(
                    () -> door.connector.finish(Duration.ofMinutes(1)), task -> new Thread(task).start());
            // Jetty's own bound would be a second.
            FrontDoor.await(() -> door.connector.getConnectedEndPoints().stream()
                    .allMatch(client ->
                            client.getIdleTimeout() > Duration.ofMinutes(1).toMillis()));
            assertThat(cut).isNotDone();
            door.answerOne();
            assertThat(waits.read().header("Connection")).isEqualTo("close");
            waits.close();

            assertThat(cut.get(30, TimeUnit.SECONDS)).isZero();
            assertThat(isIdle.readToEnd()).isEmpty();
        }
    }

    /** CONTRACT 7, "(bound: 10 s)", and 1.4: no client gets a 500. */
    @Test
    void whatIsUnfinishedWhenTheBoundIsOverIsCutAndCounted() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire unfinished = door.connect().send("GET");
            FrontDoor.await(() -> door.unfinishedHeads() == 1);
            assertThat(door.connector.finish(Duration.ZERO)).isEqualTo(1);
            assertThat(unfinished.readToEnd()).isEmpty();
        }
    }
}
