// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that knows how long the request that it receives, or the answer that it sends, has been under way, and how
 * much memory they take up.
 */
final class BoundedEndPoint extends SocketChannelEndPoint {
    private static final long NONE = 0;

    private final ClientMemory memory;
    private final RequestHead requestHead = new RequestHead();

    // Written by the connection's threads, one at a time, and read by the sweeper.
    private volatile long incompleteSince = NONE;
    private volatile long writtenAt = NONE;
    private volatile boolean handling;
    private volatile boolean pipelining;

    // The connection's threads alone use these.
    private boolean filled;
    private long filledAt;
    private int requestsOfRead;

    // Guarded by this: a request may end while its connection is closed.
    private boolean gone;
    private int requestBytes;

    BoundedEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            ClientMemory memory) {
        super(channel, selector, key, scheduler);
        this.memory = memory;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (filled) {
            // One read each time that the selector finds the connection readable: whoever sends without end waits for
            // the turns of others, and an ordinary request costs no read in vain.
            return 0;
        }
        int bytes = super.fill(buffer);
        if (bytes > 0) {
            filled = true;
            filledAt = now();
            requestsOfRead = 0;
            pipelining = requestHead.read(buffer, bytes) > 1;
            if (!handling) {
                if (incompleteSince == NONE) {
                    incompleteSince = filledAt;
                }
                if (requestHead.isUnfinished() && !mayHold(requestHead.heldBytes())) {
                    // Jetty must not see it, which would take up that memory.
                    buffer.limit(buffer.limit() - bytes);
                    close(new TimeoutException("greedy client"));
                    return -1;
                }
            }
        }
        return bytes;
    }

    @Override
    public void fillInterested(Callback callback) {
        filled = false;
        super.fillInterested(callback);
    }

    @Override
    public void write(Callback then, ByteBuffer... buffers) {
        writtenAt = now();
        long bytes = 0;
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
        }
        memory.beginAnswer(bytes);
        Callback callback = new Writing(then, bytes);
        super.write(callback, buffers);
        if (isWriting()) {
            memory.boundAnswers();
        }
    }

    /** Whether the client has not taken yet all of what was written. */
    boolean isWriting() {
        return getWriteFlusher().isPending();
    }

    /** Whether the client sent more requests along with the one before, without waiting for its answer. */
    boolean isPipelining() {
        return pipelining;
    }

    /** When that was written, by {@link System#nanoTime()}. */
    long writtenAt() {
        return writtenAt;
    }

    @Override
    protected void onIdleExpired(TimeoutException timeout) {
        // A request that waits for upstream is not idle, however quiet its connection is.
        if (!handling) {
            super.onIdleExpired(timeout);
        }
    }

    /** Nothing refers to the connection any more, but for whoever makes the answer to a request. */
    synchronized void isGone() {
        gone = true;
        if (!handling) {
            mayHold(0);
        }
    }

    /**
     * The head of a request is complete.
     *
     * @return whether it is one that was sent without waiting for the answer to the one before
     */
    boolean requestBegins(Request request) {
        synchronized (this) {
            handling = true;
            mayHold(RequestHead.heldBytes(request.getHttpURI().toString(), request.getHeaders()));
        }
        incompleteSince = NONE;
        return ++requestsOfRead == 2;
    }

    /** The answer has been sent. */
    void requestEnds() {
        incompleteSince = requestHead.isUnfinished() ? filledAt : NONE;
        synchronized (this) {
            handling = false;
            mayHold(requestHead.heldBytes());
        }
    }

    /** Takes note of the memory that the request takes up, and tells whether it may. */
    private synchronized boolean mayHold(int bytes) {
        int now = gone && !handling ? 0 : bytes;
        memory.addRequests(now - requestBytes);
        requestBytes = now;
        return memory.allowsRequest(now);
    }

    boolean isHandling() {
        return handling;
    }

    /** Whether the memory that its request takes up is more than is left. */
    synchronized boolean isGreedy() {
        return !memory.allowsRequest(requestBytes);
    }

    boolean isSlowerThan(long boundNanos) {
        long began = incompleteSince;
        return began != NONE && now() - began > boundNanos || isWriting() && now() - writtenAt > boundNanos;
    }

    private static long now() {
        long now = System.nanoTime();
        return now == NONE ? NONE + 1 : now;
    }

    private final class Writing extends Callback.Nested {
        private final long bytes;

        Writing(Callback callback, long bytes) {
            super(callback);
            this.bytes = bytes;
        }

        @Override
        public void succeeded() {
            memory.endAnswer(bytes);
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            memory.endAnswer(bytes);
            super.failed(failure);
        }
    }
}
