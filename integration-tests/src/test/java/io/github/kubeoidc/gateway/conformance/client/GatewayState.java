// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import io.github.kubeoidc.gateway.conformance.ProcessFigures;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a gateway's process holds at one moment. Linux only.
 *
 * @param threads how many threads
 * @param files how many open files, sockets included
 * @param heapKiB what the heap holds after a full collection
 */
record GatewayState(long threads, long files, long heapKiB) {

    /** A kept connection to upstream, or a socket for diagnostic commands. */
    private static final int MORE_FILES = 2;

    /** What the threads for requests may be more in a busy moment; they go one by one, a minute each. */
    private static final int MORE_THREADS = 13;

    /** What buffers that wait for their next use, and classes used for the first time, may hold. */
    private static final int MORE_HEAP_KIB = 2048;

    /** Longer than anything that a client did may be kept for: 75 s an idle connection whose client's end the kernel has not told. */
    static final Duration AFTERMATH = Duration.ofSeconds(80);

    private static final Duration PACE = Duration.ofMillis(100);
    private static final int CONSTANT_LOOKS = 5;

    /** Collects garbage and looks. */
    static GatewayState of(long pid) {
        long heapKiB = ProcessFigures.heapKiBAfterCollection(pid);
        return new GatewayState(ProcessFigures.threads(pid), ProcessFigures.files(pid), heapKiB);
    }

    /** What the process holds more than this, in words, once it has come down to this or has had the time to. */
    List<String> differences(long pid) {
        GatewayState[] last = {of(pid)};
        try {
            Await.until(AFTERMATH, "the state before", () -> {
                boolean few = ProcessFigures.files(pid) <= files + MORE_FILES
                        && ProcessFigures.threads(pid) <= threads + MORE_THREADS;
                if (few) {
                    last[0] = of(pid);
                }
                return few && last[0].heapKiB <= heapKiB + MORE_HEAP_KIB;
            });
        } catch (AssertionError e) {
            // What it has not come down from is what is told.
            last[0] = of(pid);
        }
        List<String> differences = new ArrayList<>();
        more("threads", threads + MORE_THREADS, last[0].threads, differences);
        if (last[0].files > files + MORE_FILES) {
            more("open files", files + MORE_FILES, last[0].files, differences);
            differences.add("open are " + ProcessFigures.openFiles(pid));
        }
        more("KiB of heap", heapKiB + MORE_HEAP_KIB, last[0].heapKiB, differences);
        return differences;
    }

    private static void more(String what, long allowed, long seen, List<String> differences) {
        if (seen > allowed) {
            differences.add("%d %s where %d are allowed".formatted(seen, what, allowed));
        }
    }

    /** How many files are open once nothing is being closed any more. */
    static long settledFiles(long pid) {
        return constant("a constant number of open files", PACE, CONSTANT_LOOKS, () -> ProcessFigures.files(pid));
    }

    /** Waits until no more files are open than these, but for a few. */
    static void awaitFiles(long pid, long number, String what) {
        Await.until(AFTERMATH, what, () -> {
            Await.pace(PACE);
            return ProcessFigures.files(pid) <= number + MORE_FILES;
        });
    }

    /** What a figure is once it has stayed the same so often. */
    static long constant(String what, Duration pace, int looks, LongSupplier figure) {
        long[] seen = {-1, 0};
        return Await.value(AFTERMATH, what, () -> {
            Await.pace(pace);
            long now = figure.getAsLong();
            seen[1] = now == seen[0] ? seen[1] + 1 : 0;
            seen[0] = now;
            return seen[1] >= looks ? now : null;
        });
    }
}
