// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
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

    // Measured: what Jetty keeps of an unfinished head, at worst (a field of four characters is five objects), and of a
    // request that waits for its answer.
    private static final long HEAP_PER_HEAD_BYTE = 25;
    private static final long HEAP_PER_REQUEST = 6 * 1024;
    private static final long HEAP_PER_FIELD = 160;

    // Measured on Java 17 and 25: the buffer of a record that is not complete or not taken, and a handshake in
    // progress.
    private static final long HEAP_PER_RECORD = 19 * 1024;
    private static final long HEAP_PER_HANDSHAKE = 12 * 1024;

    private static final byte[] HEAD = "HEAD ".getBytes(StandardCharsets.US_ASCII);

    private final LongConsumer onHeld;

    // Written by the connection's threads, one at a time; the sweep and the bound on memory read them.
    private volatile long since = System.nanoTime();
    private volatile int headBytes;
    private volatile long requestHeap;
    private volatile long answerBytes;
    private volatile boolean ending;

    // With TLS alone: whether the first byte of a handshake has come and not its end, and the bytes of records that are
    // not
    // complete, or come after the request that is answered.
    private volatile @Nullable SslConnection tls;
    private volatile boolean handshaking;
    private volatile boolean handshaken;
    private volatile int encryptedBytes;

    private boolean filled;
    private boolean readsHeadMethod;

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
        if (ending) {
            return bytes;
        }
        if (headBytes == 0 && encryptedBytes == 0 && !handshaking) {
            since = System.nanoTime();
        }
        if (tls == null) {
            onHeadRead(buffer, bytes);
        } else {
            handshaking = !handshaken;
            encryptedBytes += bytes;
        }
        return bytes;
    }

    /** The last so many bytes of the buffer have been read, of the head of a request. */
    void onHeadRead(ByteBuffer buffer, int bytes) {
        if (headBytes == 0) {
            byte[] first = BufferUtil.toArray(buffer.slice(buffer.limit() - bytes, Math.min(bytes, HEAD.length)));
            readsHeadMethod = Arrays.equals(first, HEAD);
        }
        headBytes += bytes;
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
        if (isReceiving()) {
            onHeld.accept(heldHeap());
        }
    }

    /** TLS is spoken. */
    void onTls(SslConnection connection) {
        tls = connection;
    }

    /** The handshake is complete: an idle connection, until more comes. */
    void onHandshaken() {
        since = System.nanoTime();
        handshaken = true;
        handshaking = false;
    }

    /** Whatever was read of records has been decrypted but for so many bytes. */
    void onDecrypted(int left) {
        encryptedBytes = ending ? 0 : left;
    }

    boolean speaksTls() {
        return tls != null;
    }

    /** Whether more has been read than the request that is answered. */
    boolean hasMore() {
        return encryptedBytes > 0;
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

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        if (tls == null) {
            onAnswer(buffers);
        } else if (!isInProgress() && !ending) {
            // TLS's own: a ticket, or an answer to a client that changes its keys.
            since = System.nanoTime();
        }
        super.write(callback, buffers);
        onWritten();
    }

    /** An answer, or a part of it, is about to be sent. */
    void onAnswer(ByteBuffer... buffers) {
        since = System.nanoTime();
        answerBytes = BufferUtil.remaining(buffers);
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
        since = System.nanoTime();
        headBytes = 0;
        encryptedBytes = 0;
    }

    /** Closes an idle connection, with TLS's notice where there is TLS (RFC 8446, section 6.1). */
    void end() {
        SslConnection secured = tls;
        if (secured == null) {
            close();
        } else {
            secured.getSslEndPoint().close();
        }
    }

    /** Closes the connection and ends its request, if there is one. */
    void abort() {
        Connection connection = getConnection();
        boolean receives = isReceiving();
        boolean waits = isInProgress() && !isWriting() && !receives;
        // First, so that nothing can be sent that says why.
        close(new EofException("closed by a bound"));
        if (waits && connection != null) {
            connection.close();
        }
        if (receives) {
            // The selector forgets this end point only in its next turn, and has many to read from before.
            setConnection(null);
        }
    }

    /** Whether the head of a request has begun to come and is not complete. */
    boolean isReadingHead() {
        return headBytes > 0;
    }

    /** The same, or what TLS puts before it. */
    private boolean isReceiving() {
        return isReadingHead() || handshaking || encryptedBytes > 0 && awaitsInput();
    }

    private boolean awaitsInput() {
        SslConnection secured = tls;
        return isFillInterested() || secured != null && secured.getSslEndPoint().isFillInterested();
    }

    /** Whether the request begins with the method HEAD: Jetty forgets it where the version is one that it does not know. */
    boolean isReadingHeadMethod() {
        return readsHeadMethod;
    }

    /** Whether there is a request that comes, waits for its answer, or whose answer the client takes. */
    boolean isInProgress() {
        // One that has just been opened is not interested yet either, but has had no request.
        return isReceiving() || requestHeap > 0 && !awaitsInput();
    }

    /** The same, or its last answer may still be on its way. */
    boolean isUnfinished() {
        return isInProgress() || ending && isOpen();
    }

    private boolean isWriting() {
        SslConnection secured = tls;
        return getWriteFlusher().isPending()
                || secured != null && secured.getSslEndPoint().getWriteFlusher().isPending();
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
        long record = encryptedBytes > 0 || tls != null && isWriting() ? HEAP_PER_RECORD : 0;
        long forTls = handshaking ? HEAP_PER_HANDSHAKE + record : record;
        if (isWriting()) {
            return requestHeap + answerBytes + forTls;
        }
        return (awaitsInput() ? HEAP_PER_HEAD_BYTE * headBytes : requestHeap) + forTls;
    }

    /** Whether the client has been too slow with the request in progress. */
    boolean isLate() {
        Duration bound = ending && !isWriting() ? LINGER_BOUND : MESSAGE_BOUND;
        return (isWriting() || isReceiving() || ending) && age() > bound.toNanos();
    }
}
