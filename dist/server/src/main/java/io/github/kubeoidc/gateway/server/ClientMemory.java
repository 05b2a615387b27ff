// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Bounds the memory that clients make the gateway hold: requests that do not end or that wait, and answers that nobody takes.
 * Each alone is small, but the heap has no room for as many as there may be connections.
 */
final class ClientMemory {
    /** What no client is refused for, however much others hold: an ordinary request takes up about half of it. */
    private static final int MODEST_BYTES = 4 * 1024;

    /** Requests are many small objects: more of them, and collecting garbage would keep everybody waiting. */
    static final long MAX_REQUEST_BYTES = 4 * 1024 * 1024;

    /** What an answer that waits takes up beside its bytes: the request, and buffers for either head. */
    private static final int BYTES_PER_ANSWER = 6 * 1024;

    private final long maxBytes;
    private final Supplier<Stream<BoundedEndPoint>> endPoints;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();

    /**
     * Creates it.
     *
     * @param maxBytes the most memory for answers, and the most for requests where it is less than 4 MiB
     * @param endPoints the open connections
     */
    ClientMemory(long maxBytes, Supplier<Stream<BoundedEndPoint>> endPoints) {
        this.maxBytes = maxBytes;
        this.endPoints = endPoints;
    }

    /** Takes note of memory that is held for requests, or no longer, by a negative number. */
    void addRequests(long bytes) {
        requests.addAndGet(bytes);
    }

    /** Takes note of an answer on its way. */
    void beginAnswer(long bytes) {
        answers.addAndGet(bytes + BYTES_PER_ANSWER);
    }

    /** Takes note of an answer's end. */
    void endAnswer(long bytes) {
        answers.addAndGet(-bytes - BYTES_PER_ANSWER);
    }

    /** Tells whether a client may hold so much for its request, of what is counted already. */
    boolean allowsRequest(int bytes) {
        return bytes <= MODEST_BYTES || requests.get() <= Math.min(maxBytes, MAX_REQUEST_BYTES);
    }

    /**
     * Closes those whose answers have waited for longest, and whoever pipelines before anybody else. Whoever reads is hardly
     * ever among them: such answers are taken at once, but for what is longer than the kernel's buffer.
     */
    void boundAnswers() {
        if (answers.get() <= maxBytes) {
            return;
        }
        synchronized (this) {
            long now = System.nanoTime();
            List<BoundedEndPoint> greediestFirst = endPoints
                    .get()
                    .filter(BoundedEndPoint::isWriting)
                    .sorted(Comparator.comparing((BoundedEndPoint endPoint) -> !endPoint.isPipelining())
                            .thenComparingLong(endPoint -> endPoint.writtenAt() - now))
                    .toList();
            for (int i = 0; i < greediestFirst.size() - 1 && answers.get() > maxBytes; i++) {
                greediestFirst.get(i).close(new TimeoutException("greedy client"));
            }
        }
    }
}
