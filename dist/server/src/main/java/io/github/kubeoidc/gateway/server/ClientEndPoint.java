// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** A client's connection. Its present state tells what of a request is in progress, since when, and how much heap that takes. */
final class ClientEndPoint extends SocketChannelEndPoint {
    /** How long a request may take from its first byte to its last, and an answer until the client has taken it. */
    static final Duration MESSAGE_BOUND = Duration.ofSeconds(10);

    /** How long a connection whose last answer has been sent discards what the client sends. */
    static final Duration LINGER_BOUND = Duration.ofSeconds(5);

    // Measured: what Jetty keeps of an unfinished head, at worst (a field of four characters is five objects), and of a
    // request that waits for its answer.
    private static final long HEAP_PER_HEAD_BYTE = 25;
    private static final long HEAP_PER_REQUEST = 6 * 1024;
    private static final long HEAP_PER_FIELD = 160;

    private static final byte[] HEAD = "HEAD ".getBytes(StandardCharsets.US_ASCII);
    private static final int OTHER_METHOD = -1;

    private final LongConsumer onHeld;

    // Written by the connection's threads, one at a time; the sweep and the bound on memory read them.
    private volatile long since = System.nanoTime();
    private volatile int headBytes;
    private volatile long requestHeap;
    private volatile long answerBytes;

    private boolean filled;
    private int headMethodBytes;
    private ByteBuffer unread = BufferUtil.EMPTY_BUFFER;

    /**
     * Creates it.
     *
     * @param onHeld is told the heap that an unfinished head, an awaited answer or one that is not taken begins to hold, in
     *     bytes; it is not told the end
     */
    ClientEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            LongConsumer onHeld) {
        super(channel, selector, key, scheduler);
        this.onHeld = onHeld;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (unread.hasRemaining()) {
            return BufferUtil.append(buffer, unread);
        }
        // One read each time that the selector finds the connection readable: a client that sends without end waits its
        // turn, and an ordinary request costs no second read.
        int bytes = filled ? 0 : super.fill(buffer);
        if (bytes <= 0) {
            return bytes;
        }
        filled = true;
        // What comes behind a request is discarded.
        if (requestHeap == 0 && !isOutputShutdown()) {
            if (headBytes == 0) {
                since = System.nanoTime();
                headMethodBytes = 0;
            }
            for (int i = buffer.limit() - bytes; i < buffer.limit() && isMethodOpen(); i++) {
                onMethodByte(buffer.get(i));
            }
            headBytes += bytes;
        }
        return bytes;
    }

    private boolean isMethodOpen() {
        return headMethodBytes != OTHER_METHOD && headMethodBytes < HEAD.length;
    }

    private void onMethodByte(byte b) {
        // Jetty skips empty lines before a request (RFC 9112, section 2.2).
        if (headMethodBytes > 0 || b != '\r' && b != '\n') {
            headMethodBytes = b == HEAD[headMethodBytes] ? headMethodBytes + 1 : OTHER_METHOD;
        }
    }

    /** Has another connection read the head of the present request once more. */
    void readAgain(Connection other, byte[] head) {
        unread = ByteBuffer.wrap(head);
        replaceConnection(other);
    }

    /**
     * Has another connection read on. {@link #upgrade} would take the buffer of the one before, which its thread is about to
     * give back.
     */
    void replaceConnection(Connection other) {
        // None where it has been closed since.
        if (getConnection() != null) {
            setConnection(other);
            other.onOpen();
        }
    }

    @Override
    public void fillInterested(Callback callback) {
        if (unread.hasRemaining()) {
            callback.succeeded();
            return;
        }
        filled = false;
        super.fillInterested(callback);
        if (headBytes > 0) {
            onHeld.accept(heldHeap());
        }
    }

    /** The head of a request is complete, and has so many fields. */
    void requestBegins(int fields) {
        requestHeap = HEAP_PER_REQUEST + 2L * headBytes + HEAP_PER_FIELD * fields;
        headBytes = 0;
    }

    /** The request is not answered yet, and waits. */
    void requestWaits() {
        onHeld.accept(requestHeap);
    }

    /** The request is answered, or never will be. */
    void requestEnds() {
        requestHeap = 0;
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        since = System.nanoTime();
        answerBytes = BufferUtil.remaining(buffers);
        super.write(callback, buffers);
        if (isWriting()) {
            onHeld.accept(heldHeap());
        }
    }

    @Override
    protected void doShutdownOutput() {
        since = System.nanoTime();
        headBytes = 0;
        super.doShutdownOutput();
    }

    /** Closes the connection and ends its request, if there is one. */
    void abort() {
        Connection connection = getConnection();
        boolean readsHead = isReadingHead();
        boolean waits = isAnswering() && !isWriting();
        // First, so that nothing can be sent that says why.
        close(new EofException("closed by a bound"));
        if (waits && connection != null) {
            connection.close();
        }
        if (readsHead) {
            // The selector forgets this end point only in its next turn, and has many to read from before.
            setConnection(null);
        }
    }

    /** Whether the head of a request has begun to come and is not complete. */
    boolean isReadingHead() {
        return headBytes > 0;
    }

    /** Whether the request begins with the method HEAD: Jetty forgets it where the version is one that it does not know. */
    boolean isReadingHeadMethod() {
        return headMethodBytes == HEAD.length;
    }

    /** How many bytes have come of a head that is not complete. */
    int headBytes() {
        return headBytes;
    }

    /** Whether a request waits for its answer, or the client takes that. */
    boolean isAnswering() {
        return requestHeap > 0;
    }

    /** The same, or a request is coming. */
    boolean isInProgress() {
        return isReadingHead() || isAnswering();
    }

    /** The same, or its last answer may still be on its way. */
    boolean isUnfinished() {
        return isInProgress() || isOutputShutdown() && isOpen();
    }

    private boolean isWriting() {
        return getWriteFlusher().isPending();
    }

    /**
     * How long, in nanoseconds, the head has been coming, the answer been awaited or not been taken, or input been discarded;
     * where nothing is in progress, how long the connection has been idle.
     */
    long age() {
        return System.nanoTime() - since;
    }

    /** The heap that a request in progress takes up, in bytes: an estimate, rather too much than too little. */
    long heldHeap() {
        return requestHeap + (isWriting() ? answerBytes : HEAP_PER_HEAD_BYTE * headBytes);
    }

    /** Whether the client has been too slow with the request in progress. */
    boolean isLate() {
        Duration bound = isOutputShutdown() && !isWriting() ? LINGER_BOUND : MESSAGE_BOUND;
        return (isWriting() || isReadingHead() || isOutputShutdown()) && age() > bound.toNanos();
    }
}
