// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A gateway as a process of its own, with what the system and the Java run-time know of it. Linux only. */
final class GatewayProcess implements AutoCloseable {

    private static final Duration START_BOUND = Duration.ofSeconds(60);

    /** A generation of the heap; metaspace has no total. */
    private static final Pattern GENERATION = Pattern.compile("total (\\d+)K, used (\\d+)K");

    private final Process process;
    private final Path jcmd;
    private final GatewayLog log;
    private final Thread killer;
    private final Thread output;
    private final StringBuffer errors = new StringBuffer();
    private final Thread errorOutput;

    private GatewayProcess(Process process, Path jcmd, GatewayLog log) {
        this.process = process;
        this.jcmd = jcmd;
        this.log = log;
        this.killer = new Thread(process::destroyForcibly, "gateway-killer");
        this.output = reader("gateway-stdout", process.getInputStream(), log::line);
        this.errorOutput = reader(
                "gateway-stderr",
                process.getErrorStream(),
                line -> errors.append(line).append('\n'));
    }

    /**
     * Starts it with the Java that runs this, which has to be a JDK, and waits until it listens.
     *
     * @param launcher the executable
     * @param environment the variables it gets beside {@code PATH}
     * @param log takes its standard output
     * @throws IOException if it cannot be started
     * @throws AssertionError if it does not listen within a minute
     */
    static GatewayProcess start(Path launcher, Map<String, String> environment, GatewayLog log) throws IOException {
        Path java = Path.of(System.getProperty("java.home"));
        Path jcmd = java.resolve("bin/jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new IOException("a JDK is needed: there is no " + jcmd);
        }
        ProcessBuilder builder = new ProcessBuilder(launcher.toString());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("JAVA_HOME", java.toString());
        builder.environment().putAll(environment);
        GatewayProcess gateway = new GatewayProcess(builder.start(), jcmd, log);
        Runtime.getRuntime().addShutdownHook(gateway.killer);
        try {
            Await.until(
                    START_BOUND, "a gateway that listens", () -> log.address() != null || !gateway.process.isAlive());
            gateway.baseUri();
        } catch (AssertionError e) {
            gateway.close();
            throw new AssertionError("the gateway did not start: " + gateway.errors, e);
        }
        return gateway;
    }

    URI baseUri() {
        URI address = log.address();
        if (address == null) {
            throw new AssertionError("the gateway ended before it listened");
        }
        return address;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long threads() {
        return status("Threads:");
    }

    double residentMebibytes() {
        return status("VmRSS:") / 1024.0;
    }

    private long status(String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the gateway's process has ended"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long fileDescriptors() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return descriptors.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Collects all garbage, and returns what is left. Takes some tenths of a second. */
    double heapMebibytesAfterCollection() throws IOException, InterruptedException {
        Process command = new ProcessBuilder(
                        jcmd.toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        Long.toString(process.pid()),
                        "GC.run\nGC.heap_info")
                .redirectErrorStream(true)
                .start();
        String answer = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        command.waitFor();
        Matcher generation = GENERATION.matcher(answer);
        long kibibytes = 0;
        int generations = 0;
        while (generation.find()) {
            kibibytes += Long.parseLong(generation.group(2));
            generations++;
        }
        if (generations != 2) {
            throw new AssertionError("jcmd does not tell the size of the heap: " + answer);
        }
        return kibibytes / 1024.0;
    }

    /**
     * Ends it in the ordinary way and waits until it has ended, and all of its output is read.
     *
     * @return the exit status
     * @throws AssertionError if it still runs after that time
     */
    int terminate(Duration bound) throws InterruptedException {
        // Not the process itself, as that would close its output before it has been read.
        process.toHandle().destroy();
        if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the gateway still runs " + bound + " after SIGTERM");
        }
        output.join();
        errorOutput.join();
        return process.exitValue();
    }

    /** What it said on standard error. */
    String errors() {
        return errors.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    private static Thread reader(String name, InputStream stream, Consumer<String> sink) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                            sink.accept(line);
                        }
                    } catch (IOException e) {
                        // The process is gone; what came before that has been read.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
