// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection. Its present state tells what of a request is in progress, since when, and how much heap that takes.
 * With TLS, HTTP has another end point in front of this one, and {@link TlsConnection} tells this one what it decrypts.
 */
final class ClientEndPoint extends SocketChannelEndPoint {
    /** How long a request may take from its first byte to its last, and an answer until the client has taken it. */
    static final Duration MESSAGE_BOUND = Duration.ofSeconds(10);

    /** How long a connection whose last answer has been sent discards what the client sends. */
    static final Duration LINGER_BOUND = Duration.ofSeconds(5);

    private final LongConsumer onHeld;
    private final RequestProgress request;

    private volatile boolean ending;

    // With TLS alone.
    private volatile @Nullable TlsProgress tls;

    private final AtomicBoolean refused = new AtomicBoolean();
    private boolean filled;
    private ByteBuffer unread = BufferUtil.EMPTY_BUFFER;

    /**
     * Creates it.
     *
     * @param onHeld is told the heap that an unfinished head, an awaited answer or one that is not taken begins to hold, in
     *     bytes; it is not told the end
     * @param ticker a monotonic clock in nanoseconds
     */
    ClientEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            LongConsumer onHeld,
            LongSupplier ticker) {
        super(channel, selector, key, scheduler);
        this.onHeld = onHeld;
        this.request = new RequestProgress(ticker);
    }

    /** The client of the end point that HTTP has. */
    static ClientEndPoint of(EndPoint http) {
        return (ClientEndPoint) (http instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : http);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (tls == null && isToBeReadAgain()) {
            return fillAgain(buffer);
        }
        // One read each time that the selector finds the connection readable: a client that sends without end waits its
        // turn, and an ordinary request costs no second read.
        int bytes = filled ? 0 : super.fill(buffer);
        if (bytes <= 0) {
            return bytes;
        }
        filled = true;
        if (ending) {
            return bytes;
        }
        if (!isInProgress()) {
            request.restartClock();
        }
        TlsProgress secured = tls;
        if (secured == null) {
            onRead(buffer, bytes);
        } else {
            secured.onRead(bytes);
        }
        return bytes;
    }

    /** HTTP has read the last so many bytes of the buffer. */
    void onRead(ByteBuffer buffer, int bytes) {
        if (!ending) {
            request.onRead(buffer, bytes);
        }
    }

    /** Has HTTP read the head of the present request once more. */
    void readAgain(byte[] head) {
        unread = ByteBuffer.wrap(head);
    }

    /** Whether HTTP is to be given what it is to read once more, before anything else. */
    boolean isToBeReadAgain() {
        return unread.hasRemaining();
    }

    /** Gives HTTP as much of it as there is room for. */
    int fillAgain(ByteBuffer buffer) {
        return BufferUtil.append(buffer, unread);
    }

    @Override
    public void fillInterested(Callback callback) {
        if (tls == null && isToBeReadAgain()) {
            callback.succeeded();
            return;
        }
        filled = false;
        super.fillInterested(callback);
        onInputAwaited();
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        filled = false;
        return super.tryFillInterested(callback);
    }

    /** HTTP waits for input. */
    void onInputAwaited() {
        if (isReceiving()) {
            onHeld.accept(heldHeap());
        }
    }

    /** TLS is spoken. */
    void onTls(TlsProgress progress) {
        tls = progress;
    }

    /** TLS's handshake is complete: an idle connection, until more comes. */
    void onHandshaken() {
        request.onUse();
    }

    boolean speaksTls() {
        return tls != null;
    }

    /** Whether the last answer has been sent. */
    boolean isEnding() {
        return ending;
    }

    /** How far the present request has come. */
    RequestProgress request() {
        return request;
    }

    /** Whether more has been read than the request that is answered. */
    boolean hasMore() {
        TlsProgress secured = tls;
        return secured != null && secured.hasRecords();
    }

    /** HTTP keeps its buffer until the request is answered. */
    void requestKeepsInput() {
        request.keepsInput(tls == null ? HttpSettings.INPUT_BYTES : TlsProgress.HEAP_PER_RECORD);
    }

    /** The request is not answered yet, and waits. */
    void requestWaits() {
        request.waits();
        onHeld.accept(heldHeap());
        if (!isOpen()) {
            endWaiting();
        }
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        if (tls == null) {
            onAnswer(buffers);
        } else if (!isInProgress() && !ending) {
            // TLS's own: a ticket, or an answer to a client that changes its keys.
            request.restartClock();
        }
        super.write(callback, buffers);
        onWritten();
    }

    /** An answer, or a part of it, is about to be sent. */
    void onAnswer(ByteBuffer... buffers) {
        request.onAnswer(BufferUtil.remaining(buffers));
    }

    /** As much of an answer has been sent as the client takes now. */
    void onWritten() {
        if (isWriting()) {
            onHeld.accept(heldHeap());
        }
    }

    @Override
    protected void doShutdownOutput() {
        onLastAnswer();
        super.doShutdownOutput();
    }

    /** The last answer has been sent. */
    void onLastAnswer() {
        ending = true;
        request.onLastAnswer();
    }

    /** Closes an idle connection, with TLS's notice where there is TLS (RFC 8446, section 6.1). */
    void end() {
        TlsProgress secured = tls;
        if (secured == null) {
            close();
        } else {
            secured.close();
        }
    }

    /**
     * Claims the refusal of this client, and returns whether nobody had done so before: two threads that look at all clients
     * may choose the same one.
     */
    boolean claimRefusal() {
        return refused.compareAndSet(false, true);
    }

    /** Closes the connection and ends its request, if there is one: at once, or as soon as it waits. */
    void abort() {
        boolean receives = isReceiving();
        boolean writes = isWriting();
        // First, so that nothing can be sent that says why.
        close(new EofException("closed by a bound"));
        if (!writes) {
            endWaiting();
        }
        if (receives) {
            // The selector forgets this end point only in its next turn, and has many to read from before.
            setConnection(null);
        }
    }

    /**
     * Ends the request if it waits, once: Jetty takes an end of one that is still handled, or that ends already, for a failure
     * of the web application.
     */
    private void endWaiting() {
        Connection connection = getConnection();
        if (connection != null && request.stopsWaiting()) {
            connection.close();
        }
    }

    /** Whether a request comes, or what TLS puts before it. */
    private boolean isReceiving() {
        return request.isReadingHead() || isHandshaking() || hasMore() && !request.isAnswering() && !ending;
    }

    private boolean isHandshaking() {
        TlsProgress secured = tls;
        return secured != null && secured.isHandshaking();
    }

    /** Whether a handshake or a request is coming, or a request waits for its answer, or the client takes that. */
    boolean isInProgress() {
        return isReceiving() || request.isAnswering();
    }

    /** Whether a request is in progress, which a handshake is not, or its last answer may still be on its way. */
    boolean isUnfinished() {
        return isInProgress() && !isHandshaking() || ending && isOpen();
    }

    private boolean isWriting() {
        TlsProgress secured = tls;
        return getWriteFlusher().isPending() || secured != null && secured.isWriting();
    }

    /**
     * How long, in nanoseconds, the head has been coming, the answer been awaited or not been taken, or input been discarded;
     * where nothing is in progress, how long the connection has been idle.
     */
    long age() {
        return isInProgress() || ending ? request.age() : request.idle();
    }

    /** The heap that a request in progress takes up, in bytes: an estimate, rather too much than too little. */
    long heldHeap() {
        TlsProgress secured = tls;
        boolean writing = isWriting();
        return request.heap(writing) + (secured == null ? 0 : secured.heap(writing));
    }

    /** Whether the client has been too slow with the request in progress. */
    boolean isLate() {
        Duration bound = ending && !isWriting() ? LINGER_BOUND : MESSAGE_BOUND;
        return (isWriting() || isReceiving() || ending) && request.age() > bound.toNanos();
    }
}
