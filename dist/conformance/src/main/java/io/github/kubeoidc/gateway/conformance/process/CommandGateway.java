// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.process;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
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
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway run as a process of its own by a command that takes the configuration as environment variables.
 */
public final class CommandGateway implements StartedGateway {

    private static final Duration START_BOUND = Duration.ofSeconds(60);

    private final Process process;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final StringBuffer errors = new StringBuffer();
    private final Thread killer = new Thread(this::kill, "gateway-killer");
    private final ReentrantLock reading = new ReentrantLock();
    private final Thread outputReader;
    private final Thread errorReader;
    private volatile @Nullable URI baseUri;

    private CommandGateway(Process process) {
        this.process = process;
        this.outputReader = daemon("gateway-stdout-" + process.pid(), this::readOutput);
        this.errorReader = daemon("gateway-stderr-" + process.pid(), this::readErrors);
    }

    /**
     * Starts a gateway and waits, at most a minute, until its log says that it listens.
     *
     * @param command the executable to start, and its arguments
     * @param environment the variables it gets; beside them it sees only {@code PATH}, {@code HOME} and
     *     {@code JAVA_HOME}. {@code LISTEN_ADDR} is {@code 127.0.0.1} and {@code LISTEN_PORT} is {@code 0} where absent.
     * @return the running gateway
     * @throws GatewayDidNotStart if the process ends before it listens, or does not listen within a minute
     * @throws UncheckedIOException if the command cannot be started at all
     */
    public static CommandGateway start(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> variables = builder.environment();
        variables.keySet().retainAll(List.of("PATH", "HOME", "JAVA_HOME"));
        variables.put("LISTEN_ADDR", "127.0.0.1");
        variables.put("LISTEN_PORT", "0");
        variables.putAll(environment);
        CommandGateway gateway;
        try {
            gateway = new CommandGateway(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
        gateway.awaitListening();
        return gateway;
    }

    private void awaitListening() {
        // A user who ends the tests early should not have to look for gateways.
        Runtime.getRuntime().addShutdownHook(killer);
        outputReader.start();
        errorReader.start();
        try {
            Await.until(START_BOUND, "a line with 'listening on'", () -> baseUri != null || !process.isAlive());
        } catch (AssertionError e) {
            close();
            throw new GatewayDidNotStart(OptionalInt.empty(), log, errors.toString());
        }
        if (baseUri == null) {
            int status = awaitExit(Duration.ofSeconds(1));
            if (baseUri == null) {
                close();
                throw new GatewayDidNotStart(OptionalInt.of(status), log, errors.toString());
            }
        }
    }

    @Override
    public URI baseUri() {
        URI uri = baseUri;
        if (uri == null) {
            throw new IllegalStateException("not listening");
        }
        return uri;
    }

    @Override
    public List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public String errors() {
        return errors.toString();
    }

    @Override
    public void withLogBlocked(Runnable task) {
        reading.lock();
        try {
            task.run();
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void closeLog() {
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Children are included. Linux only.
     */
    @Override
    public long threads() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToLong(handle -> threads(handle.pid()))
                .sum();
    }

    /**
     * How many threads a process has. Linux only.
     *
     * @param pid its number
     * @return number of threads
     */
    public static long threads(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The process, for those who look at what it holds.
     *
     * @return its number; that of the command, where the command runs the gateway as a child
     */
    public long pid() {
        return process.pid();
    }

    @Override
    public void terminate() {
        process.toHandle().destroy();
    }

    @Override
    public int awaitExit(Duration bound) {
        try {
            if (!process.waitFor(bound.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("the gateway still runs after " + bound);
            }
            // The exit may overtake the last lines in the pipes.
            outputReader.join(2000);
            errorReader.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the gateway to exit", e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
        awaitExit(Duration.ofSeconds(10));
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook runs.
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void readOutput() {
        readLines(process.getInputStream(), line -> {
            reading.lock();
            try {
                log.add(line);
            } finally {
                reading.unlock();
            }
            if (baseUri == null) {
                baseUri = ListeningLine.address(line);
            }
        });
    }

    private void readErrors() {
        readLines(process.getErrorStream(), line -> errors.append(line).append('\n'));
    }

    private static void readLines(InputStream stream, Consumer<String> sink) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                sink.accept(line);
            }
        } catch (IOException e) {
            // The process is gone; what came before that has been read.
        }
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
