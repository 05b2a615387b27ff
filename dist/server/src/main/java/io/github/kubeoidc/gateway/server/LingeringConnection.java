// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Takes the place of an HTTP connection whose last answer is sent, and discards what the client still sends: a close with
 * unread bytes would be a reset, which destroys the answer on its way (RFC 9112, section 9.6). Jetty's own connection closes
 * with its second read, even where more is unread. It runs on the selectors' threads, as nothing here blocks: a client that
 * closes wakes no other thread.
 */
final class LingeringConnection extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {
    /** How much is discarded; {@link ClientProgress#LINGER_BOUND} says for how long. */
    static final int LINGER_BYTES = 2 * 1024 * 1024;

    private static final int BUFFER_BYTES = 16 * 1024;

    private final ByteBufferPool buffers;

    private int discarded;

    LingeringConnection(EndPoint client, Executor executor, ByteBufferPool buffers) {
        super(client, executor);
        this.buffers = buffers;
    }

    @Override
    public void onUpgradeTo(ByteBuffer unread) {
        // It is discarded too.
    }

    @Override
    public void onOpen() {
        // What TLS has read already goes at once.
        onFillable();
    }

    @Override
    public void onFillable() {
        if (getEndPoint() instanceof ClientEndPoint) {
            // In clear, no lock is held here: a client that closes can be forgotten at once.
            Invocable.invokeNonBlocking(this::discard);
        } else {
            discard();
        }
    }

    private void discard() {
        RetainableByteBuffer buffer = buffers.acquire(BUFFER_BYTES, true);
        try {
            int bytes = getEndPoint().fill(buffer.getByteBuffer());
            discarded += bytes;
            if (bytes < 0 || discarded > LINGER_BYTES) {
                close();
            } else {
                fillInterested();
            }
        } catch (IOException e) {
            getEndPoint().close(e);
        } finally {
            buffer.release();
        }
    }
}
