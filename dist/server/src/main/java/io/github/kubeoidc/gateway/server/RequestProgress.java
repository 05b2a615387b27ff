// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How far a connection's present request has come: its head, its wait, its answer. The connection's threads write it, one at
 * a time; the sweep and the bound on memory read it.
 */
final class RequestProgress {
    // Measured: what Jetty keeps of an unfinished head, at worst (a field of four characters is five objects), and of a
    // request that waits for its answer.
    private static final long HEAP_PER_HEAD_BYTE = 25;
    private static final long HEAP_PER_REQUEST = 6 * 1024;
    private static final long HEAP_PER_FIELD = 160;

    /** From here on what Jetty's parser keeps of a head is worth a parser for the next one, which takes 3 KiB. Below it keeps no more. */
    private static final int LARGE_HEAD_BYTES = 512;

    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD = "HEAD ".getBytes(StandardCharsets.US_ASCII);
    private static final int OTHER_METHOD = -1;
    private static final int MORE_THAN_HEAD = END_OF_HEAD.length + 1;

    private final LongSupplier ticker;
    private final AtomicBoolean waiting = new AtomicBoolean();

    private volatile long since;
    private volatile long used;
    private volatile int headBytes;
    private volatile long requestHeap;
    private volatile long answerBytes;
    private volatile boolean isHeadLarge;

    private int methodBytes;
    private int endBytes;

    /**
     * None has begun.
     *
     * @param ticker a monotonic clock in nanoseconds
     */
    RequestProgress(LongSupplier ticker) {
        this.ticker = ticker;
        onUse();
    }

    /** Something begins, or is over. */
    void restartClock() {
        since = ticker.getAsLong();
    }

    /** A handshake is complete, a part of a request has come or an answer begins to go. */
    void onUse() {
        restartClock();
        used = since;
    }

    /** The last so many bytes of the buffer have been read. */
    void onRead(ByteBuffer buffer, int bytes) {
        if (isAnswering()) {
            // What comes behind a request is discarded.
            return;
        }
        if (headBytes == 0) {
            methodBytes = 0;
            endBytes = 0;
            used = ticker.getAsLong();
        }
        for (int i = buffer.limit() - bytes; i < buffer.limit(); i++) {
            onHeadByte(buffer.get(i));
        }
        headBytes += bytes;
    }

    private void onHeadByte(byte b) {
        if (methodBytes != OTHER_METHOD && methodBytes < HEAD.length) {
            onMethodByte(b);
        }
        if (endBytes >= END_OF_HEAD.length) {
            endBytes = MORE_THAN_HEAD;
        } else {
            endBytes = b == END_OF_HEAD[endBytes] ? endBytes + 1 : b == END_OF_HEAD[0] ? 1 : 0;
        }
    }

    private void onMethodByte(byte b) {
        // Jetty skips empty lines before a request (RFC 9112, section 2.2).
        if (methodBytes > 0 || b != '\r' && b != '\n') {
            methodBytes = b == HEAD[methodBytes] ? methodBytes + 1 : OTHER_METHOD;
        }
    }

    /** The head is complete, and has so many fields. */
    void onHead(int fields) {
        waiting.set(false);
        requestHeap = HEAP_PER_REQUEST + 2L * headBytes + HEAP_PER_FIELD * fields;
        isHeadLarge = headBytes > LARGE_HEAD_BYTES;
        headBytes = 0;
    }

    /** Whether the head of the present request was so large that Jetty's parser keeps much of it. */
    boolean isHeadLarge() {
        return isHeadLarge;
    }

    /** HTTP keeps a buffer of so many bytes until the request is answered. */
    void onInputKept(long bytes) {
        requestHeap += bytes;
    }

    /** The web application has returned, and will answer later. */
    void onWait() {
        waiting.set(true);
    }

    /** A thread asks before it ends the request: returns whether the request waits, and no thread has asked before. */
    boolean stopWaiting() {
        return waiting.getAndSet(false) && isAnswering();
    }

    /** So many bytes of the answer are about to be sent: all of it, or the next piece. */
    void onAnswer(long bytes) {
        if (answerBytes == 0) {
            // Its bound is one for all of its pieces.
            onUse();
            waiting.set(false);
        }
        answerBytes = bytes;
    }

    /** The request is answered, or never will be. */
    void onEnd() {
        requestHeap = 0;
        answerBytes = 0;
    }

    /** The last answer has been sent: no head that comes is read. */
    void onLastAnswer() {
        restartClock();
        headBytes = 0;
    }

    /** The head that was coming is not kept. */
    void onDropped() {
        headBytes = 0;
    }

    /** Whether the head of a request has begun to come and is not complete. */
    boolean isReadingHead() {
        return headBytes > 0;
    }

    /** Whether all that has been read is one whole head, and nothing before or behind it. */
    boolean isHeadAlone() {
        return endBytes == END_OF_HEAD.length;
    }

    /** Whether the request begins with the method HEAD: Jetty forgets it where the version is one that it does not know. */
    boolean isMethodHead() {
        return methodBytes == HEAD.length;
    }

    /** Whether a request waits for its answer, or the client takes that. */
    boolean isAnswering() {
        return requestHeap > 0;
    }

    /** When it was last used, on the ticker: what TLS sends by itself is no use. */
    long used() {
        return used;
    }

    /** When the clock was restarted, on the ticker. */
    long since() {
        return since;
    }

    /** The time since then, in nanoseconds. */
    long age() {
        return ticker.getAsLong() - since;
    }

    /** The heap that it takes up, in bytes, with what is being sent if there is something. */
    long heap(boolean writing) {
        return requestHeap + (writing ? answerBytes : HEAP_PER_HEAD_BYTE * headBytes);
    }
}
