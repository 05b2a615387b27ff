// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gateway as a process of its own whose lines of the log go on to where they are judged, as they are too many to be kept. */
final class GatewayProcess implements AutoCloseable {

    private static final Duration START_BOUND = Duration.ofSeconds(60);

    private final Process process;
    private final GatewayLog log;
    private final Path errors;
    private final Thread killer;
    private final Thread output = new Thread(this::readOutput, "gateway-stdout");

    private GatewayProcess(Process process, GatewayLog log, Path errors) {
        this.process = process;
        this.log = log;
        this.errors = errors;
        this.killer = new Thread(process::destroyForcibly, "gateway-killer");
        Runtime.getRuntime().addShutdownHook(killer);
        output.setDaemon(true);
        output.start();
    }

    /**
     * Starts it with the Java that runs this, which has to be a JDK, and waits until it listens.
     *
     * @param launcher the executable
     * @param environment the variables it gets beside {@code PATH}
     * @param log takes its standard output
     * @param errors the file that its standard error goes to
     * @throws IOException if it cannot be started
     * @throws AssertionError if it does not listen within a minute
     */
    static GatewayProcess start(Path launcher, Map<String, String> environment, GatewayLog log, Path errors)
            throws IOException {
        Path java = Path.of(System.getProperty("java.home"));
        if (!Files.isExecutable(java.resolve("bin/jcmd"))) {
            throw new IOException("a JDK is needed: there is no jcmd in " + java);
        }
        ProcessBuilder builder = new ProcessBuilder(launcher.toString()).redirectError(errors.toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("JAVA_HOME", java.toString());
        builder.environment().putAll(environment);
        GatewayProcess gateway = new GatewayProcess(builder.start(), log, errors);
        try {
            Await.until(
                    START_BOUND, "a gateway that listens", () -> log.address() != null || !gateway.process.isAlive());
            gateway.baseUri();
        } catch (AssertionError e) {
            gateway.close();
            throw new AssertionError("the gateway did not start: " + gateway.errors(), e);
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

    long pid() {
        return process.pid();
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
        return process.exitValue();
    }

    /** What it said on standard error. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    private void readOutput() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                log.line(line);
            }
        } catch (IOException e) {
            // The process is gone; what came before that has been read.
        }
    }
}
