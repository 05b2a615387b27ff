// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.webapp.Refusals;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * CONTRACT 1.7: "At the cap on connections [...] the longest-idle one is closed"; beyond the bound on memory, "whoever has been
 * in progress for longest". Here connections have no other side and no selector: each is as old as the test makes it.
 */
class WhoIsClosedTest {
    private final List<ClientEndPoint> clients = new ArrayList<>();
    private final List<ClientEndPoint> closed = new ArrayList<>();
    private long now;
    private final AtomicInteger looks = new AtomicInteger();

    @AfterEach
    void close() throws IOException {
        for (ClientEndPoint client : clients) {
            client.getChannel().close();
        }
    }

    /** One that is younger than those before it. */
    private ClientEndPoint client() throws IOException {
        now++;
        ClientEndPoint client = new ClientEndPoint(SocketChannel.open(), null, null, null, bytes -> {}, () -> now);
        clients.add(client);
        return client;
    }

    /** One with so much of a head, which takes up 25 times as much of the heap. */
    private ClientEndPoint reading(int bytes) throws IOException {
        ClientEndPoint client = client();
        client.request().onRead(ByteBuffer.allocate(bytes), bytes);
        return client;
    }

    private ClientEndPoint answering() throws IOException {
        ClientEndPoint client = client();
        client.request().onHead(0);
        client.request().onWait();
        return client;
    }

    /** So that the order in which they are found is not the one in which they are closed. */
    private List<ClientEndPoint> youngestFirst() {
        List<ClientEndPoint> all = new ArrayList<>(clients);
        Collections.reverse(all);
        return all;
    }

    private HeldMemory memory(long bound) {
        return new HeldMemory(
                bound,
                () -> {
                    looks.incrementAndGet();
                    return youngestFirst().stream();
                },
                this::close);
    }

    private void close(ClientEndPoint client) {
        closed.add(client);
        try {
            client.getChannel().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        client.progress().onDropped();
    }

    @Test
    void nobodyLooksBeforeAsMuchHasBegunAsTheBound() throws Exception {
        HeldMemory memory = memory(100_000);
        for (int i = 0; i < 4; i++) {
            reading(1000);
            memory.onHeld(25_000);
        }
        assertThat(looks).hasValue(0);
        memory.onHeld(1);
        assertThat(looks).hasValue(1);
        // As much as the bound is not more than it.
        assertThat(closed).isEmpty();
    }

    @Test
    void theOldestAreClosedUntilThreeQuartersOfTheBoundAreLeft() throws Exception {
        HeldMemory memory = memory(100_000);
        client();
        ClientEndPoint first = reading(1000);
        ClientEndPoint second = reading(1000);
        for (int i = 0; i < 3; i++) {
            reading(1000);
        }
        memory.onHeld(125_000);
        assertThat(closed).containsExactly(first, second);

        // A quarter is free: the next look is when more than that has begun.
        memory.onHeld(25_000);
        assertThat(looks).hasValue(1);
        memory.onHeld(1);
        assertThat(looks).hasValue(2);
        assertThat(closed).hasSize(2);
    }

    /** Else each request would have all connections looked at. */
    @Test
    void whereNothingIsFreeTheNextLookIsAfterAnEighthOfTheBound() throws Exception {
        HeldMemory memory = memory(80_000);
        reading(3200);
        memory.onHeld(80_001);
        assertThat(looks).hasValue(1);
        memory.onHeld(10_000);
        assertThat(looks).hasValue(1);
        memory.onHeld(1);
        assertThat(looks).hasValue(2);
        assertThat(closed).isEmpty();
    }

    @Test
    void theLastIsNotClosedHoweverMuchItHolds() throws Exception {
        HeldMemory memory = memory(1000);
        ClientEndPoint older = reading(1000);
        reading(1000);
        memory.onHeld(50_000);
        assertThat(closed).containsExactly(older);
        memory.onHeld(50_000);
        assertThat(closed).containsExactly(older);
    }

    /** What is held counts, and not by whom: with TLS a connection whose last answer is sent may hold a record still. */
    @Test
    void whatAConnectionHoldsAfterItsLastAnswerCountsAndNothingElseOfIt() throws Exception {
        HeldMemory memory = memory(30_000);
        client().progress().onLastAnswer();
        ClientEndPoint ending = client();
        TlsProgress tls = new TlsProgress(new SslConnection(
                new ArrayByteBufferPool(),
                Runnable::run,
                new SslContextFactory.Server(),
                ending,
                SSLContext.getDefault().createSSLEngine()));
        tls.onHandshaken();
        ending.progress().onTls(tls);
        tls.onRead(9);
        ending.progress().onLastAnswer();
        reading(800);
        memory.onHeld(30_001);
        assertThat(closed).containsExactly(ending);
    }

    @Test
    void ofOneThatHasGoneWhatWasComingCountsAndNothingElse() throws Exception {
        HeldMemory memory = memory(30_000);
        answering().getChannel().close();
        ClientEndPoint gone = reading(800);
        gone.getChannel().close();
        reading(800);
        memory.onHeld(30_001);
        assertThat(closed).containsExactly(gone);
    }

    /** It has not been refused. */
    @Test
    void oneThatHasGoneIsNotToldOf() throws Exception {
        Refusals refusals = new Refusals(System::nanoTime);
        ClientBounds bounds = new ClientBounds(List::of, 1, 1, Duration.ofSeconds(75), refusals);
        ClientEndPoint gone = reading(800);
        gone.getChannel().close();
        bounds.refuse(gone, Reason.MEMORY);
        assertThat(gone.progress().heldHeap()).isZero();
        assertThat(refusals.all().values()).allMatch(number -> number == 0);
    }

    private ConnectionCap cap(int max, Reason reason) {
        Collection<EndPoint> open = new ArrayList<>(youngestFirst());
        return new ConnectionCap(max, () -> open, (client, why) -> {
            assertThat(why).isEqualTo(reason);
            close(client);
            open.remove(client);
        });
    }

    @Test
    void theLongestIdleMakeRoom() throws Exception {
        ClientEndPoint answering = answering();
        ClientEndPoint first = client();
        ClientEndPoint second = reading(1);
        client();
        ConnectionCap cap = cap(2, Reason.SURPLUS);

        assertThat(cap.held()).isEqualTo(4);
        assertThat(cap.makeRoom()).isTrue();
        assertThat(closed).containsExactly(first, second);
        assertThat(cap.held()).isEqualTo(2);
        assertThat(cap.makeRoom()).isTrue();
        assertThat(closed).hasSize(2).doesNotContain(answering);
    }

    /** One of those that arrive may be idle, and makes room then. */
    @Test
    void aRequestThatIsAnsweredMakesRoomOnlyWhereNobodyArrives() throws Exception {
        ClientEndPoint oldest = answering();
        answering();
        try (SocketChannel arriving = SocketChannel.open()) {
            ConnectionCap cap = cap(2, Reason.SURPLUS);
            cap.onAccepted(arriving);
            assertThat(cap.held()).isEqualTo(3);
            assertThat(cap.makeRoom()).isFalse();
            assertThat(closed).isEmpty();
            cap.onArrived(arriving);
            answering();
            ConnectionCap full = cap(2, Reason.SURPLUS);
            assertThat(full.makeRoom()).isTrue();
            assertThat(closed).containsExactly(oldest);
        }
    }

    @Test
    void oneThatIsOpenAndStillArrivesIsCountedOnce() throws Exception {
        ClientEndPoint arriving = client();
        client();
        ConnectionCap cap = cap(2, Reason.SURPLUS);
        cap.onAccepted(arriving.getChannel());
        assertThat(cap.makeRoom()).isTrue();
        assertThat(closed).isEmpty();
    }

    /** A flood would be accepted faster than others are closed. */
    @Test
    void fewMayBeOnTheirWayInOrOut() throws Exception {
        try (SocketChannel a = SocketChannel.open();
                SocketChannel b = SocketChannel.open()) {
            ConnectionCap cap = cap(2, Reason.SURPLUS);
            cap.onAccepted(a);
            assertThat(cap.makeRoom()).isTrue();
            cap.onAccepted(b);
            assertThat(cap.makeRoom()).isFalse();
        }
        for (int i = 0; i < 3; i++) {
            client().getChannel().close();
        }
        assertThat(cap(2, Reason.SURPLUS).makeRoom()).isTrue();
        client().getChannel().close();
        assertThat(cap(2, Reason.SURPLUS).makeRoom()).isFalse();
        assertThat(closed).isEmpty();
    }

    /** "where the process may open no more files, fewer are allowed": eight fewer, and half of them where they are few. */
    @Test
    void whereThereAreNoFilesSomeMakeRoom() throws Exception {
        for (int i = 0; i < 20; i++) {
            client();
        }
        ConnectionCap cap = cap(100, Reason.NO_FILES);
        cap.onNoFiles();
        assertThat(closed).containsExactlyElementsOf(clients.subList(0, 8));
        cap.onNoFiles();
        assertThat(cap.held()).isEqualTo(6);
        cap.onNoFiles();
        assertThat(Stream.of(closed.size(), cap.held())).containsExactly(17, 3);
    }

    /** CONTRACT 6.6: "the number of each kind". */
    @Test
    void aClientThatTwoLooksChooseIsCountedAndEndedOnce() throws Exception {
        Refusals refusals = new Refusals(System::nanoTime);
        ClientBounds bounds = new ClientBounds(List::of, 10, 1000, Duration.ofSeconds(1), refusals);
        ClientEndPoint client = answering();
        AtomicInteger closes = new AtomicInteger();
        client.setConnection(new AbstractConnection(client, Runnable::run) {
            @Override
            public void onFillable() {}

            @Override
            public void close() {
                closes.incrementAndGet();
            }
        });
        bounds.refuse(client, Reason.MEMORY);
        bounds.refuse(client, Reason.MEMORY);
        bounds.refuse(client, Reason.SLOW);
        bounds.refuse(answering(), Reason.MEMORY);

        assertThat(client.isOpen()).isFalse();
        assertThat(closes).hasValue(1);
        assertThat(refusals.all()).containsEntry("memory", 2L).containsEntry("slow", 0L);
    }
}
