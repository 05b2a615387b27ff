// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.7: what is in progress on a connection, since when, and what it holds. Here no selector reads from it. */
class ClientEndPointTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long RECORD = 19 * 1024;

    private final List<Long> held = new ArrayList<>();
    private long now;
    private SocketChannel peer;
    private ClientEndPoint client;
    private TlsProgress tls;

    @BeforeEach
    void connect() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            peer = SocketChannel.open(listener.getLocalAddress());
            client = new ClientEndPoint(listener.accept(), null, null, null, held::add, () -> now);
        }
        tls = new TlsProgress(new SslConnection(
                new ArrayByteBufferPool(),
                Runnable::run,
                new SslContextFactory.Server(),
                client,
                SSLContext.getDefault().createSSLEngine()));
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        client.getChannel().close();
    }

    private void send(String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private int fill() throws IOException {
        return client.fill(BufferUtil.allocate(100));
    }

    @Test
    void anIdleConnectionIsNeverLateAndAsOldAsItsLastUse() {
        now += 1000 * SECOND;
        assertThat(client.progress().isLate()).isFalse();
        assertThat(client.progress().isInProgress()).isFalse();
        assertThat(client.isUnfinished()).isFalse();
        assertThat(client.progress().age()).isEqualTo(1000 * SECOND);
        assertThat(client.progress().heldHeap()).isZero();
    }

    /** "A request not complete 10 s after its first byte". */
    @Test
    void aHeadThatIsNotCompleteAfterTenSecondsIsLate() throws IOException {
        now += 50 * SECOND;
        send("GET");
        assertThat(fill()).isEqualTo(3);
        assertThat(client.progress().isInProgress()).isTrue();
        assertThat(client.isUnfinished()).isTrue();
        assertThat(client.progress().age()).isZero();
        now += 5 * SECOND;
        // One read for each time that the selector finds something, and a byte that comes does not begin the time anew.
        send(" /");
        assertThat(fill()).isZero();
        client.onRead(BufferUtil.toBuffer(" /"), 2);
        now += 5 * SECOND;
        assertThat(client.progress().isLate()).isFalse();
        now++;
        assertThat(client.progress().isLate()).isTrue();
        assertThat(client.progress().age()).isEqualTo(10 * SECOND + 1);
        assertThat(client.progress().heldHeap()).isEqualTo(5 * 25);
        client.onInputAwaited();
        assertThat(held).containsExactly(5 * 25L);
    }

    @Test
    void aRequestThatWaitsIsNotLateAndHoldsItsMemory() throws IOException {
        send("GET");
        fill();
        client.request().onHead(1);
        now += 1000 * SECOND;
        assertThat(client.progress().isLate()).isFalse();
        assertThat(client.progress().isInProgress()).isTrue();
        assertThat(client.isUnfinished()).isTrue();
        client.onInputAwaited();
        client.onWritten();
        assertThat(held).isEmpty();
        client.requestWaits();
        assertThat(held).containsExactly(6144 + 6 + 160L);
    }

    @Test
    void anAnswerIsSentAndIsAUse() throws IOException {
        now += 9;
        AtomicBoolean sent = new AtomicBoolean();
        client.write(Callback.from(() -> sent.set(true)), BufferUtil.toBuffer("answer"));
        assertThat(sent).isTrue();
        now += 4;
        assertThat(client.progress().age()).isEqualTo(4);
        assertThat(held).isEmpty();
        ByteBuffer in = ByteBuffer.allocate(100);
        assertThat(peer.read(in)).isEqualTo(6);
    }

    /** CONTRACT 1.6: "discards what still comes, for at most 5 s". */
    @Test
    void aConnectionWhoseLastAnswerIsSentLingersForFiveSeconds() throws IOException {
        now += 7 * SECOND;
        assertThat(client.progress().isEnding()).isFalse();
        client.doShutdownOutput();
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(client.progress().isEnding()).isTrue();
        assertThat(client.progress().isInProgress()).isFalse();
        assertThat(client.isUnfinished()).isTrue();
        send("what is discarded");
        now += 5 * SECOND;
        assertThat(fill()).isEqualTo(17);
        client.onRead(BufferUtil.toBuffer("GET"), 3);
        assertThat(client.progress().heldHeap()).isZero();
        assertThat(client.progress().age()).isEqualTo(5 * SECOND);
        assertThat(client.progress().hasLingered()).isFalse();
        now++;
        assertThat(client.progress().hasLingered()).isTrue();
        client.getChannel().close();
        assertThat(client.isUnfinished()).isFalse();
    }

    /** "(the TLS handshake likewise)" */
    @Test
    void aHandshakeThatIsNotCompleteAfterTenSecondsIsLate() throws IOException {
        assertThat(client.progress().speaksTls()).isFalse();
        client.progress().onTls(tls);
        assertThat(client.progress().speaksTls()).isTrue();
        now += 50 * SECOND;
        send("hello");
        assertThat(fill()).isEqualTo(5);
        assertThat(client.request().isReadingHead()).isFalse();
        assertThat(client.progress().isInProgress()).isTrue();
        assertThat(client.isUnfinished()).isFalse();
        now += 10 * SECOND;
        assertThat(client.progress().isLate()).isFalse();
        now++;
        assertThat(client.progress().isLate()).isTrue();
        assertThat(client.progress().heldHeap()).isEqualTo(RECORD + 12 * 1024);

        tls.onDecrypted(0);
        client.request().onUse();
        tls.onHandshaken();
        assertThat(client.progress().isLate()).isFalse();
        assertThat(client.progress().age()).isZero();
        assertThat(client.progress().heldHeap()).isZero();
    }

    /** "What requests in progress may hold together": of a closed one the selector keeps the end point until its next turn. */
    @Test
    void aHandshakeThatIsAbortedIsForgottenAtOnce() throws IOException {
        client.progress().onTls(tls);
        send("hello");
        fill();
        client.abort();
        assertThat(client.getConnection()).isNull();
        assertThat(client.progress().tls()).isNull();
        assertThat(client.progress().isInProgress()).isFalse();
        assertThat(client.progress().heldHeap()).isZero();
    }

    @Test
    void aHeadThatIsAbortedIsForgottenAtOnce() throws IOException {
        send("GET");
        fill();
        client.abort();
        assertThat(client.progress().isInProgress()).isFalse();
        assertThat(client.progress().heldHeap()).isZero();
    }

    @Test
    void aRecordThatIsNotCompleteIsARequestThatComes() throws IOException {
        client.progress().onTls(tls);
        tls.onHandshaken();
        assertThat(client.progress().hasMore()).isFalse();
        send("record");
        fill();
        assertThat(client.progress().hasMore()).isTrue();
        assertThat(client.progress().isInProgress()).isTrue();
        client.onInputAwaited();
        assertThat(held).containsExactly(RECORD);

        // Behind the request that is answered it is none.
        client.request().onHead(0);
        now += 11 * SECOND;
        assertThat(client.progress().isLate()).isFalse();

        client.request().onEnd();
        client.progress().onLastAnswer();
        assertThat(client.progress().isInProgress()).isFalse();
        assertThat(client.progress().heldHeap()).isEqualTo(RECORD);
        tls.onDecrypted(0);
        assertThat(client.progress().heldHeap()).isZero();
    }

    /** What TLS sends by itself keeps no connection from being idle, and no request in progress from being late. */
    @Test
    void whatTlsSendsByItselfIsNoUse() throws IOException {
        client.progress().onTls(tls);
        tls.onHandshaken();
        now += 7;
        client.write(Callback.NOOP, BufferUtil.toBuffer("ticket"));
        now += 2;
        assertThat(client.progress().age()).isEqualTo(9);
        assertThat(client.request().age()).isEqualTo(2);
        client.onRead(BufferUtil.toBuffer("GET"), 3);
        client.write(Callback.NOOP, BufferUtil.toBuffer("ticket"));
        assertThat(client.progress().age()).isEqualTo(2);
    }

    /** CONTRACT 1.6: a client that has closed too has nothing left to be discarded. */
    @Test
    void lingeringEndsWhereTheClientCloses() throws IOException {
        LingeringConnection lingering = new LingeringConnection(client, Runnable::run, new ArrayByteBufferPool());
        client.setConnection(lingering);
        client.doShutdownOutput();
        peer.close();
        lingering.onFillable();
        assertThat(client.isOpen()).isFalse();
    }

    /** A read that finds nothing, as one before the first byte, is not the one of its turn. */
    @Test
    void aReadThatFindsNothingIsNone() throws IOException {
        client.getChannel().configureBlocking(false);
        assertThat(fill()).isZero();
        assertThat(client.progress().isInProgress()).isFalse();
        send("GET");
        Waiting.until(() -> {
            try {
                return fill() == 3;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private AtomicBoolean connectHttp() {
        AtomicBoolean closed = new AtomicBoolean();
        client.setConnection(new AbstractConnection(client, Runnable::run) {
            @Override
            public void onFillable() {
                throw new AssertionError("nothing reads");
            }

            @Override
            public void close() {
                closed.set(true);
            }
        });
        return closed;
    }

    /** Its end is told, so that nothing of it is left: a web application may still work for it. */
    @Test
    void anAbortEndsARequestThatWaits() throws IOException {
        AtomicBoolean ended = connectHttp();
        client.request().onHead(0);
        client.requestWaits();
        client.abort();
        assertThat(ended).isTrue();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.getConnection()).isNotNull();
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    /** Jetty would take its end for a failure of the web application, which has not returned yet: status 500. */
    @Test
    void anAbortEndsARequestThatIsHandledOnceItWaits() {
        AtomicBoolean ended = connectHttp();
        client.request().onHead(0);
        client.abort();
        assertThat(client.isOpen()).isFalse();
        assertThat(ended).isFalse();
        client.requestWaits();
        assertThat(ended).isTrue();
    }

    /** Its client has gone, and the bound closes it a moment later, or it begins to wait only now. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestWhoseEndPointIsForgottenEndsAllTheSame(boolean waits) {
        AtomicBoolean ended = connectHttp();
        client.request().onHead(0);
        if (waits) {
            client.requestWaits();
        }
        client.close();
        client.forgetIfClosed();
        assertThat(client.getConnection()).isNotNull();
        if (waits) {
            client.abort();
        } else {
            client.requestWaits();
        }
        assertThat(ended).isTrue();
        client.request().onEnd();
        client.forgetIfClosed();
        assertThat(client.getConnection()).isNull();
    }

    /** One that waited before it does not count. */
    @Test
    void anAbortDoesNotEndTheNextRequestBeforeItWaits() {
        AtomicBoolean ended = connectHttp();
        client.request().onHead(0);
        client.requestWaits();
        client.request().onEnd();
        client.request().onHead(0);
        client.abort();
        assertThat(ended).isFalse();
    }

    /** A head that comes has no request yet, and its memory is free at once. */
    @Test
    void anAbortForgetsAHeadThatComes() throws IOException {
        AtomicBoolean ended = connectHttp();
        send("GET");
        fill();
        client.abort();
        assertThat(ended).isFalse();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.getConnection()).isNull();
    }

    @Test
    void anAbortOfAnIdleConnectionClosesIt() throws IOException {
        AtomicBoolean ended = connectHttp();
        client.abort();
        assertThat(ended).isFalse();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.getConnection()).isNotNull();
    }

    @Test
    void anEndClosesAnIdleConnection() throws IOException {
        client.end();
        assertThat(client.isOpen()).isFalse();
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    /** Nor has a connection that nobody reads from yet anything to end. */
    @Test
    void anAbortNeedsNoConnection() {
        client.request().onHead(0);
        client.requestWaits();
        client.abort();
        assertThat(client.isOpen()).isFalse();
    }
}
