// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import io.github.kubeoidc.gateway.conformance.Jcmd;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a gateway's process holds at one moment. Linux only.
 *
 * @param threads how many threads
 * @param files how many open files, sockets included
 * @param heapKiB what the heap holds after a full collection
 */
record GatewayState(long threads, long files, long heapKiB) {

    /** A kept connection to upstream, or a socket for diagnostic commands. */
    static final int MORE_FILES = 2;

    /** What the threads for requests may be more in a busy moment; they go one by one, a minute each. */
    private static final int MORE_THREADS = 13;

    /** What buffers that wait for their next use, and classes used for the first time, may hold. */
    private static final int MORE_HEAP_KIB = 2048;

    /** As the kernel writes it. */
    private static final String ESTABLISHED = "01";

    private static final Duration PACE = Duration.ofMillis(100);
    private static final int CONSTANT_LOOKS = 5;
    private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");

    /** Collects garbage and looks. */
    static GatewayState of(long pid) {
        Jcmd.ask(pid, "GC.run");
        return new GatewayState(threads(pid), files(pid), heapKiB(pid));
    }

    /** What the process holds more than this, in words, once it has come down to this or has had the time to. */
    List<String> differences(long pid, Duration aftermath) {
        GatewayState[] last = {of(pid)};
        try {
            Await.until(aftermath, "the state before", () -> {
                boolean few = files(pid) <= files + MORE_FILES && threads(pid) <= threads + MORE_THREADS;
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
        more("open files", files + MORE_FILES, last[0].files, differences);
        more("KiB of heap", heapKiB + MORE_HEAP_KIB, last[0].heapKiB, differences);
        return differences;
    }

    private static void more(String what, long allowed, long seen, List<String> differences) {
        if (seen > allowed) {
            differences.add("%d %s where %d are allowed".formatted(seen, what, allowed));
        }
    }

    /** How many files are open once nothing is being closed any more. */
    static long settledFiles(long pid, Duration bound) {
        long[] seen = {-1, 0};
        return Await.value(bound, "a constant number of open files", () -> {
            long files = files(pid);
            seen[1] = files == seen[0] ? seen[1] + 1 : 0;
            seen[0] = files;
            Await.pace(PACE);
            return seen[1] >= CONSTANT_LOOKS ? files : null;
        });
    }

    static long threads(long pid) {
        return entries("/proc/" + pid + "/task");
    }

    static long files(long pid) {
        return entries("/proc/" + pid + "/fd");
    }

    /** How many connections of a port are open and have been accepted: one that waits for that has no inode. */
    static long accepted(int port) {
        String local = ":%04X".formatted(port);
        long accepted = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                accepted += lines.map(line -> line.trim().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(local))
                        .filter(fields -> fields[3].equals(ESTABLISHED) && !fields[9].equals("0"))
                        .count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return accepted;
    }

    /** What the heap holds, live or not. */
    private static long heapKiB(long pid) {
        Matcher generation = GENERATION.matcher(Jcmd.ask(pid, "GC.heap_info"));
        long used = 0;
        while (generation.find()) {
            used += Long.parseLong(generation.group(1));
        }
        return used;
    }

    private static long entries(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
