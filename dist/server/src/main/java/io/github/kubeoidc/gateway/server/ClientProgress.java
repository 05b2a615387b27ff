// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What of a client's connection is in progress, since when, and how much heap that takes: asked of its present state, with
 * TLS and without. The bounds on clients read this state.
 */
final class ClientProgress {
    /** How long a request may take from its first byte to its last, and an answer until the client has taken it. */
    static final Duration MESSAGE_BOUND = Duration.ofSeconds(10);

    /** How long a connection whose last answer has been sent discards what the client sends. */
    static final Duration LINGER_BOUND = Duration.ofSeconds(5);

    private final LongSupplier ticker;
    private final RequestProgress request;
    private final BooleanSupplier writing;
    private volatile boolean ending;

    // With TLS alone.
    private volatile @Nullable TlsProgress tls;

    /**
     * Nothing has begun.
     *
     * @param ticker a monotonic clock in nanoseconds
     * @param writing whether the connection has something to send that the client does not take now
     */
    ClientProgress(LongSupplier ticker, BooleanSupplier writing) {
        this.ticker = ticker;
        this.request = new RequestProgress(ticker);
        this.writing = writing;
    }

    /** How far the present request has come. */
    RequestProgress request() {
        return request;
    }

    /** TLS is spoken. */
    void onTls(TlsProgress progress) {
        tls = progress;
    }

    boolean speaksTls() {
        return tls != null;
    }

    /** How far TLS has come, where it is spoken. */
    @Nullable
    TlsProgress tls() {
        return tls;
    }

    /** The last answer has been sent. */
    void onLastAnswer() {
        ending = true;
        request.onLastAnswer();
    }

    /** Whether the last answer has been sent. */
    boolean isEnding() {
        return ending;
    }

    /** The connection is closed, and nothing of what was coming is kept. */
    void onDropped() {
        tls = null;
        request.onDropped();
    }

    /** Whether more has been read than the request that is answered. */
    boolean hasMore() {
        TlsProgress secured = tls;
        return secured != null && secured.hasRecords();
    }

    /** HTTP keeps its buffer until the request is answered. */
    void onInputKept() {
        request.onInputKept(tls == null ? HttpSettings.INPUT_BYTES : TlsProgress.HEAP_PER_RECORD);
    }

    /** Whether a request comes, or what TLS puts before it. */
    boolean isReceiving() {
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

    /** Whether a request is in progress, which a handshake is not. */
    boolean isRequestInProgress() {
        return isInProgress() && !isHandshaking();
    }

    /** Whether there is something to send that the client does not take now. */
    boolean isWriting() {
        TlsProgress secured = tls;
        return writing.getAsBoolean() || secured != null && secured.isWriting();
    }

    /**
     * Returns a moment on the ticker. During a request it is when the present step began: the client sends the head, waits for the
     * answer or does not take it, or the gateway discards input. Otherwise it is when the connection became idle. To tell which of
     * two connections is older, compare this: an age depends on the moment in which it is measured.
     */
    long since() {
        return isInProgress() || ending ? request.since() : request.used();
    }

    /** The time since then, in nanoseconds. */
    long age() {
        return ticker.getAsLong() - since();
    }

    /** The heap that a request in progress takes up, in bytes: an estimate, rather too much than too little. */
    long heldHeap() {
        TlsProgress secured = tls;
        boolean isWriting = isWriting();
        return request.heap(isWriting) + (secured == null ? 0 : secured.heap(isWriting));
    }

    /** Whether the client has been too slow with the request in progress. */
    boolean isLate() {
        return (isWriting() || isReceiving() && !ending) && request.age() > MESSAGE_BOUND.toNanos();
    }

    /** Whether the client has its last answer, and has not closed for as long as it may. */
    boolean hasLingered() {
        return ending && !isWriting() && request.age() > LINGER_BOUND.toNanos();
    }
}
