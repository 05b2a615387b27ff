// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.webapp.Refusals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.6, 1.7 and 7: whose time is over. Here connections have no other side and no selector. */
class ClientBoundsTest {
    private static final int MAX_CONNECTIONS = 10;
    private static final long MAX_HELD_BYTES = 100_000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<EndPoint> open = new ArrayList<>();
    private final Refusals refusals = new Refusals(System::nanoTime);
    private final ClientBounds bounds =
            new ClientBounds(() -> open, MAX_CONNECTIONS, MAX_HELD_BYTES, Duration.ofSeconds(75), refusals);
    private long now;
    private long stall;

    @AfterEach
    void close() {
        open.forEach(EndPoint::close);
    }

    private ClientEndPoint client() throws IOException {
        ClientEndPoint client =
                new ClientEndPoint(SocketChannel.open(), null, null, null, bytes -> {}, () -> now += stall);
        open.add(client);
        return client;
    }

    private ClientEndPoint waiting() throws IOException {
        ClientEndPoint waiting = client();
        waiting.request().onHead(0);
        waiting.request().onWait();
        return waiting;
    }

    private void assertClosedAfter(ClientEndPoint client, int seconds) {
        now += seconds * SECOND;
        bounds.closeLate();
        assertThat(client.isOpen()).isTrue();
        now++;
        bounds.closeLate();
        assertThat(client.isOpen()).isFalse();
    }

    /** "A request not complete 10 s after its first byte". */
    @Test
    void aRequestThatIsTooSlowIsClosedAndTold() throws Exception {
        ClientEndPoint client = client();
        client.request().onRead(ByteBuffer.allocate(1), 1);
        assertClosedAfter(client, 10);
        assertThat(refusals.all()).containsEntry("slow", 1L);
    }

    /** "discards what still comes, for at most 5 s". */
    @Test
    void aConnectionThatLingersForTooLongIsClosedAndNotTold() throws Exception {
        ClientEndPoint client = client();
        client.progress().onLastAnswer();
        assertClosedAfter(client, 5);
        assertThat(refusals.all()).containsEntry("slow", 0L);
    }

    /** "an idle connection ends after `IDLE_TIMEOUT_SECONDS`", and one that waits for its answer is not idle. */
    @Test
    void anIdleConnectionEndsAndOneThatWaitsDoesNot() throws Exception {
        ClientEndPoint waits = waiting();
        assertClosedAfter(client(), 75);
        assertThat(waits.isOpen()).isTrue();
    }

    /** "What requests in progress may hold together [...]: beyond it, whoever has been in progress for longest is closed." */
    @Test
    void ofRequestsThatHoldTooMuchMemoryTheOldestIsClosedAndTold() throws Exception {
        ClientEndPoint oldest = waiting();
        now++;
        ClientEndPoint newest = waiting();
        bounds.onHeld(newest.progress().heldHeap());
        assertThat(oldest.isOpen()).isTrue();
        newest.request().onInputKept(MAX_HELD_BYTES);
        bounds.onHeld(newest.progress().heldHeap());
        assertThat(oldest.isOpen()).isFalse();
        assertThat(newest.isOpen()).isTrue();
        assertThat(refusals.all()).containsEntry("memory", 1L);
    }

    /** The machine stands still between two connections that a look compares. */
    @Test
    void whoHasBeenInProgressForLongestIsClosedHoweverLongALookTakes() throws Exception {
        ClientEndPoint oldest = waiting();
        now++;
        ClientEndPoint newest = waiting();
        newest.request().onInputKept(MAX_HELD_BYTES);
        stall = SECOND;
        bounds.onHeld(newest.progress().heldHeap());
        assertThat(oldest.isOpen()).isFalse();
        assertThat(newest.isOpen()).isTrue();
    }

    /** "at the cap the longest-idle one is closed". */
    @Test
    void whoHasBeenIdleForLongestMakesRoomHoweverLongALookTakes() throws Exception {
        for (int i = 0; i < MAX_CONNECTIONS + 2; i++) {
            client();
            now++;
        }
        stall = SECOND;
        bounds.cap().makeRoom();
        assertThat(open.subList(0, 2)).noneMatch(EndPoint::isOpen);
        assertThat(open.subList(2, open.size())).allMatch(EndPoint::isOpen);
    }

    /** CONTRACT 7: "requests in flight finish (bound: 10 s)". */
    @Test
    void aStopCutsWhatIsUnfinishedAndClosesAll() throws Exception {
        client();
        client().request().onRead(ByteBuffer.allocate(1), 1);
        assertThat(bounds.finish(Duration.ZERO)).isEqualTo(1);
        assertThat(open).noneMatch(EndPoint::isOpen);
    }

    /** CONTRACT 6.4 and 7: who is late while requests finish has what is left of the stop's bound, and is told with all that it cuts. */
    @Test
    void aStopCutsWhoIsLateMeanwhileOnlyAtItsBound() throws Exception {
        ClientEndPoint client = client();
        client.request().onRead(ByteBuffer.allocate(1), 1);
        now += 11 * SECOND;
        CountDownLatch begun = new CountDownLatch(1);
        Supplier<List<EndPoint>> looks = () -> {
            begun.countDown();
            return open;
        };
        ClientBounds stopping =
                new ClientBounds(looks, MAX_CONNECTIONS, MAX_HELD_BYTES, Duration.ofSeconds(75), refusals);
        CompletableFuture<Long> cut = CompletableFuture.supplyAsync(() -> stopping.finish(Duration.ofSeconds(1)));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        stopping.closeLate();
        assertThat(cut.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }
}
