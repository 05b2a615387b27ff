// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** A connection that knows how long the request that it receives, or the answer that it sends, has been under way. */
final class BoundedEndPoint extends SocketChannelEndPoint {
    private static final long NONE = 0;
    private static final int CR_LF_CR_LF = 0x0D0A0D0A;

    // Written by the connection's threads, one at a time, and read by the sweeper.
    private volatile long incompleteSince = NONE;
    private volatile long writtenAt = NONE;
    private volatile long writtenBytes;
    private volatile boolean handling;

    // The connection's threads alone use these.
    private boolean filled;
    private long filledAt;
    private int lastBytes;

    private final Runnable onUntaken;

    /**
     * Wraps a connection.
     *
     * @param onUntaken is called where the client does not take at once all of what is written
     */
    BoundedEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            Runnable onUntaken) {
        super(channel, selector, key, scheduler);
        this.onUntaken = onUntaken;
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
            for (int i = Math.max(buffer.limit() - bytes, buffer.limit() - Integer.BYTES); i < buffer.limit(); i++) {
                lastBytes = lastBytes << Byte.SIZE | buffer.get(i) & 0xFF;
            }
            if (!handling && incompleteSince == NONE) {
                incompleteSince = filledAt;
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
    public void write(Callback callback, ByteBuffer... buffers) {
        writtenAt = now();
        long bytes = 0;
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
        }
        writtenBytes = bytes;
        super.write(callback, buffers);
        if (getWriteFlusher().isPending()) {
            onUntaken.run();
        }
    }

    /** What is held for a client that has not taken all of it, in bytes. */
    long untakenBytes() {
        return isOpen() && getWriteFlusher().isPending() ? writtenBytes : 0;
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

    /** The head of a request is complete. */
    void requestBegins() {
        handling = true;
        incompleteSince = NONE;
    }

    /** The answer has been sent. */
    void requestEnds() {
        handling = false;
        // No request has a body that is read, so what came last ends one head or begins the next.
        incompleteSince = lastBytes == CR_LF_CR_LF ? NONE : filledAt;
    }

    boolean isHandling() {
        return handling;
    }

    boolean isSlowerThan(long boundNanos) {
        long began = incompleteSince;
        return began != NONE && now() - began > boundNanos
                || getWriteFlusher().isPending() && now() - writtenAt > boundNanos;
    }

    private static long now() {
        long now = System.nanoTime();
        return now == NONE ? NONE + 1 : now;
    }
}
