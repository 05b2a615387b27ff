// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.server.Refusals.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A client's connection. It tells from its present state how long the request in progress has been coming, or its answer has
 * not been taken, and how much memory both take up. Once its output is shut down it discards what the client still sends: a
 * close with unread bytes would be a reset, which destroys the answer on its way (RFC 9112, section 9.6).
 */
final class ClientEndPoint extends SocketChannelEndPoint {
    /** How long a request may take from its first byte to its last, and an answer until the client has taken it. */
    static final Duration MESSAGE_BOUND = Duration.ofSeconds(10);

    /** How long, and for how many bytes, a connection whose answer has been sent discards what the client sends. */
    static final Duration LINGER_BOUND = Duration.ofSeconds(5);

    static final int LINGER_BYTES = 2 * 1024 * 1024;

    /** What is discarded in one turn, so that other connections have theirs. */
    private static final int LINGER_BYTES_PER_TURN = 64 * 1024;

    /** The heap that one byte of an unfinished head may take up: a field of four characters is five objects. */
    static final int HEAP_PER_HEAD_BYTE = 25;

    /** The heap that a request takes up beside its head, which is two bytes a character, until it is answered. */
    static final int HEAP_PER_REQUEST = 8 * 1024;

    private static final int HEAP_PER_FIELD = 160;

    private final LongConsumer onHeld;

    // Written by the connection's threads, one at a time; the sweeper and the bound on memory read them.
    private volatile int headBytes;
    private volatile long headBegan;
    private volatile long requestHeap;
    private volatile long answerBytes;
    private volatile long written;
    private volatile long lingering;

    private boolean filled;
    private int discarded;

    /**
     * Creates it.
     *
     * @param onHeld is told the bytes of heap that this client begins to hold, by a request that is not complete, an answer
     *     that is awaited or one that is not taken; not when it ends to
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
        if (isOutputShutdown()) {
            return discard(buffer);
        }
        if (filled) {
            // One read for each time that the selector finds the connection readable: a client that sends without end
            // waits for the turns of others, and an ordinary request costs no read in vain.
            return 0;
        }
        int bytes = super.fill(buffer);
        if (bytes > 0) {
            filled = true;
            if (headBytes == 0) {
                headBegan = System.nanoTime();
            }
            headBytes += bytes;
        }
        return bytes;
    }

    private int discard(ByteBuffer buffer) throws IOException {
        for (int turn = 0; turn < LINGER_BYTES_PER_TURN; ) {
            BufferUtil.clear(buffer);
            int bytes = super.fill(buffer);
            BufferUtil.clear(buffer);
            if (bytes <= 0) {
                return bytes;
            }
            turn += bytes;
            discarded += bytes;
            if (discarded > LINGER_BYTES) {
                return -1;
            }
        }
        return 0;
    }

    @Override
    public void fillInterested(Callback callback) {
        filled = false;
        super.fillInterested(callback);
        if (headBytes > 0) {
            onHeld.accept(heldHeap());
        }
    }

    /**
     * The head of a request is complete.
     *
     * @param fields how many fields it has
     */
    void requestBegins(int fields) {
        requestHeap = HEAP_PER_REQUEST + 2L * headBytes + (long) HEAP_PER_FIELD * fields;
        headBytes = 0;
    }

    /** The request is not answered yet, and waits. */
    void requestWaits() {
        onHeld.accept(requestHeap);
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        written = System.nanoTime();
        answerBytes = BufferUtil.remaining(buffers);
        super.write(callback, buffers);
        if (isWriting()) {
            onHeld.accept(heldHeap());
        }
    }

    @Override
    protected void doShutdownOutput() {
        headBytes = 0;
        lingering = System.nanoTime() | 1;
        super.doShutdownOutput();
    }

    @Override
    protected void onIdleExpired(TimeoutException timeout) {
        // Only a shutdown sets a timeout. A request that waits for upstream is not idle, however quiet its connection
        // is.
        if (isFillInterested()) {
            super.onIdleExpired(timeout);
        }
    }

    /** Closes the connection and ends its request, if there is one. */
    void abort() {
        boolean waits = !isFillInterested() && !isWriting();
        Connection connection = getConnection();
        // First, so that nothing can be sent that says why.
        close(new EofException("closed by a bound"));
        if (waits && connection != null) {
            connection.close();
        }
    }

    /** Whether the head of a request has begun to come and is not complete. */
    boolean isReadingHead() {
        return headBytes > 0;
    }

    /** Whether there is a request that comes, waits for its answer, or whose answer the client takes. */
    boolean isInProgress() {
        return headBytes > 0 || !isFillInterested();
    }

    /** When the first byte of the request in progress came, by {@link System#nanoTime()}. */
    long inProgressSince() {
        return headBegan;
    }

    /** The heap that the request in progress takes up, in bytes: an estimate, rather too much than too little. */
    long heldHeap() {
        if (isWriting()) {
            return requestHeap + answerBytes;
        }
        return isFillInterested() ? (long) HEAP_PER_HEAD_BYTE * headBytes : requestHeap;
    }

    /** Closes the connection if its time is over, and counts it unless it has just been idle. */
    void closeIfLate(long now, long idleNanos, Refusals refusals) {
        if (isWriting()) {
            closeIf(now - written > MESSAGE_BOUND.toNanos(), refusals);
        } else if (lingering != 0) {
            closeIf(now - lingering > LINGER_BOUND.toNanos(), refusals);
        } else if (headBytes > 0) {
            closeIf(now - headBegan > MESSAGE_BOUND.toNanos(), refusals);
        } else if (isFillInterested()
                && getIdleFor() > Duration.ofNanos(idleNanos).toMillis()) {
            close();
        }
    }

    private void closeIf(boolean late, Refusals refusals) {
        if (late) {
            refusals.add(Reason.SLOW);
            abort();
        }
    }

    private boolean isWriting() {
        return getWriteFlusher().isPending();
    }
}
