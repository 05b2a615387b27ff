// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cost;

import io.github.kubeoidc.gateway.conformance.Jcmd;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java process that is asked for its counters from outside, by {@code jcmd} and {@code strace}. */
final class CountedProcess {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int ROUNDS = 3;
    private static final Pattern ALLOCATED = Pattern.compile("allocated=([\\d.]+)([BKMG]?)");
    private static final Pattern LOADED = Pattern.compile("java\\.cls\\.(?:sharedL|l)oadedClasses=(\\d+)");
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "B", 0, "K", 10, "M", 20, "G", 30);

    /** Per cent of time, seconds, microseconds a call, calls, perhaps errors, name. */
    private static final Pattern CALLS = Pattern.compile("(?m)^ *[\\d.]+ +[\\d.]+ +\\d+ +(\\d+) +(?:\\d+ +)?(\\w+)$");

    /** Those of a request and its connection: how often threads wait, or ask who they are, depends on their turns. */
    private static final Set<String> OF_A_REQUEST = Set.of(
            "accept",
            "accept4",
            "close",
            "epoll_ctl",
            "fcntl",
            "getsockname",
            "getsockopt",
            "read",
            "recvfrom",
            "sendto",
            "setsockopt",
            "shutdown",
            "writev");

    private final long pid;

    CountedProcess(long pid) {
        this.pid = pid;
    }

    /** How many classes it has loaded, from the archive or not. */
    long loadedClasses() {
        Matcher counters = LOADED.matcher(Jcmd.ask(pid, "PerfCounter.print"));
        long classes = 0;
        while (counters.find()) {
            classes += Long.parseLong(counters.group(1));
        }
        return classes;
    }

    /** How many bytes its threads allocate meanwhile. Done several times: what a thread has allocated is lost when it ends. */
    double allocatedBy(Runnable work) {
        double most = 0;
        for (int i = 0; i < ROUNDS; i++) {
            double before = allocated();
            work.run();
            most = Math.max(most, allocated() - before);
        }
        return most;
    }

    private double allocated() {
        Matcher threads = ALLOCATED.matcher(Jcmd.ask(pid, "Thread.print", "-e"));
        double bytes = 0;
        while (threads.find()) {
            bytes += Double.parseDouble(threads.group(1)) * (1L << SHIFTS.get(threads.group(2)));
        }
        return bytes;
    }

    /** Whether system calls can be counted: the command may be missing, and the kernel or a container may forbid it. */
    boolean isTraceable() {
        try {
            callsBy(() -> {});
            return true;
        } catch (AssertionError | UncheckedIOException e) {
            return false;
        }
    }

    /** How many system calls on connections it makes meanwhile. */
    double callsBy(Runnable work) {
        try {
            Path folder = Files.createTempDirectory("strace");
            Path summary = folder.resolve("summary");
            Path messages = folder.resolve("messages");
            try {
                trace(summary, messages, work);
                double calls = 0;
                Matcher lines = CALLS.matcher(read(summary));
                while (lines.find()) {
                    calls += OF_A_REQUEST.contains(lines.group(2)) ? Long.parseLong(lines.group(1)) : 0;
                }
                return calls;
            } finally {
                Files.deleteIfExists(summary);
                Files.deleteIfExists(messages);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void trace(Path summary, Path messages, Runnable work) throws IOException {
        Process strace = new ProcessBuilder("strace", "-c", "-f", "-p", Long.toString(pid), "-o", summary.toString())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        try {
            Await.until(
                    BOUND,
                    "strace to attach itself",
                    () -> !strace.isAlive() || read(messages).contains("attached"));
            if (!strace.isAlive()) {
                throw new AssertionError("strace: " + read(messages));
            }
            work.run();
        } finally {
            // By SIGTERM: it leaves the process as it was, and writes its summary.
            strace.destroy();
            strace.onExit().join();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
