// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
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

/**
 * A client's connection, which tells {@link ClientProgress} what comes and goes. With TLS, HTTP has another end point in front
 * of this one, and {@link TlsConnection} tells this one what it decrypts.
 */
final class ClientEndPoint extends SocketChannelEndPoint {
    private final LongConsumer onHeld;
    private final ClientProgress progress;
    private final AtomicBoolean refused = new AtomicBoolean();
    private boolean filled;

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
        this.progress = new ClientProgress(ticker, () -> getWriteFlusher().isPending());
    }

    /** What is in progress. */
    ClientProgress progress() {
        return progress;
    }

    /** Whether a request is in progress, or its last answer may still be on its way. */
    boolean isUnfinished() {
        return progress.isRequestInProgress() || progress.isEnding() && isOpen();
    }

    /** How far the present request has come. */
    RequestProgress request() {
        return progress.request();
    }

    /** The client of the end point that HTTP has. */
    static ClientEndPoint of(EndPoint http) {
        return (ClientEndPoint) (http instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : http);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        // One read each time that the selector finds the connection readable: a client that sends without end waits its
        // turn, and an ordinary request costs no second read.
        int bytes = filled ? 0 : super.fill(buffer);
        if (bytes <= 0) {
            return bytes;
        }
        filled = true;
        if (progress.isEnding()) {
            return bytes;
        }
        if (!progress.isInProgress()) {
            request().restartClock();
        }
        TlsProgress secured = progress.tls();
        if (secured == null) {
            onRead(buffer, bytes);
        } else {
            secured.onRead(bytes);
        }
        return bytes;
    }

    /** HTTP has read the last so many bytes of the buffer. */
    void onRead(ByteBuffer buffer, int bytes) {
        if (!progress.isEnding()) {
            request().onRead(buffer, bytes);
        }
    }

    /** Jetty would throw and catch an exception for each connection that is closed in the selector's turn that has read from it. */
    @Override
    public void updateKey() {
        if (isOpen()) {
            super.updateKey();
        }
    }

    @Override
    public void fillInterested(Callback callback) {
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
        if (progress.isReceiving()) {
            onHeld.accept(progress.heldHeap());
        }
    }

    /** The request is not answered yet, and waits. */
    void requestWaits() {
        request().onWait();
        onHeld.accept(progress.heldHeap());
        if (!isOpen()) {
            endWaiting();
        }
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        if (!progress.speaksTls()) {
            request().onAnswer(BufferUtil.remaining(buffers));
        } else if (!progress.isInProgress() && !progress.isEnding()) {
            // TLS's own: a ticket, or an answer to a client that changes its keys.
            request().restartClock();
        }
        super.write(callback, buffers);
        onWritten();
    }

    /** As much of an answer has been sent as the client takes now. */
    void onWritten() {
        if (progress.isWriting()) {
            onHeld.accept(progress.heldHeap());
        }
    }

    @Override
    protected void doShutdownOutput() {
        progress.onLastAnswer();
        super.doShutdownOutput();
    }

    /** Closes an idle connection, with TLS's notice where there is TLS (RFC 8446, section 6.1). */
    void end() {
        TlsProgress secured = progress.tls();
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
        boolean receives = progress.isReceiving();
        boolean writes = progress.isWriting();
        // First, so that nothing can be sent that says why.
        close(new EofException("closed by a bound"));
        if (!writes) {
            endWaiting();
        }
        if (receives) {
            forgetIfClosed();
        }
    }

    /**
     * Drops the HTTP connection of a closed client now: the selector forgets the client only in its next turn. A request in
     * progress keeps its connection until it waits.
     */
    void forgetIfClosed() {
        if (!isOpen() && !request().isAnswering()) {
            setConnection(null);
            progress.onDropped();
        }
    }

    /**
     * Ends the request if it waits, once: Jetty takes an end of one that is still handled, or that ends already, for a failure
     * of the web application.
     */
    private void endWaiting() {
        Connection connection = getConnection();
        if (connection != null && request().stopWaiting()) {
            connection.close();
        }
    }
}
