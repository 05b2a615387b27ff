// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel and the run-time know of a Java process. Linux only. */
public final class ProcessFigures {

    /** A generation of the heap; metaspace has no total. */
    private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");

    private ProcessFigures() {}

    /** Whether it has not ended. */
    public static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** How many threads it has. */
    public static long threads(long pid) {
        return entries("/proc/" + pid + "/task");
    }

    /** How many threads it has whose name begins otherwise. */
    public static long threadsBeside(long pid, String prefix) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.filter(task -> !nameOf(task).startsWith(prefix)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return "ended meanwhile";
        }
    }

    /** How many files are open, sockets included. */
    public static long files(long pid) {
        return entries("/proc/" + pid + "/fd");
    }

    /** What these files are: paths, and the state and both ports of each connection. */
    public static List<String> openFiles(long pid) {
        Map<String, String> connections = new HashMap<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (String table : List.of("tcp", "tcp6")) {
                for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                    String[] fields = line.trim().split("\\s+");
                    connections.put(
                            "socket:[" + fields[9] + "]", "tcp " + fields[3] + port(fields[1]) + port(fields[2]));
                }
            }
            return files.map(file -> {
                        String name = linkOf(file);
                        return connections.getOrDefault(name, name);
                    })
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel writes addresses in hexadecimal. */
    private static String port(String address) {
        return address.matches(".*:[0-9A-F]{4}")
                ? " " + Integer.parseInt(address.substring(address.length() - 4), 16)
                : "";
    }

    private static String linkOf(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private static long entries(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much of its memory is resident. */
    public static long residentKiB(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the process has ended"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Collects all garbage, and returns what the heap holds then. Takes some tenths of a second. */
    public static long heapKiBAfterCollection(long pid) {
        String answer = Jcmd.ask(pid, "GC.run\nGC.heap_info");
        List<Long> generations = GENERATION
                .matcher(answer)
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
        if (generations.size() != 2) {
            throw new AssertionError("jcmd does not tell the size of the heap: " + answer);
        }
        return generations.get(0) + generations.get(1);
    }
}
