// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");

    /** Collects garbage and looks. */
    static GatewayState of(long pid) {
        jcmd(pid, "GC.run");
        return new GatewayState(threads(pid), files(pid), heapKiB(pid));
    }

    static long threads(long pid) {
        return entries("/proc/" + pid + "/task");
    }

    static long files(long pid) {
        return entries("/proc/" + pid + "/fd");
    }

    /** What the heap holds, live or not. */
    private static long heapKiB(long pid) {
        Matcher generation = GENERATION.matcher(jcmd(pid, "GC.heap_info"));
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

    private static String jcmd(long pid, String command) {
        String jcmd = ImageOptions.javaHome().resolve("bin/jcmd").toString();
        try {
            Process tool = new ProcessBuilder(jcmd, Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String text = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tool.waitFor() != 0) {
                throw new AssertionError("jcmd " + command + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
