// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Jcmd;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real servlet container, run as a process of its own. Web applications come and go while it runs. */
final class ServletContainer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** What a gateway is asked for first, by no check. */
    static final String FIRST_PATH = "/is-it-deployed";

    private static final String MESSAGE = "invalid configuration:";
    /** The status of a process that refuses its configuration, by which the checks know that this was the reason. */
    private static final OptionalInt REFUSED = OptionalInt.of(2);

    private final ContainerKind kind;
    private final Path base;
    private final Process process;
    private final Lines output;
    private final Lines log;

    private ServletContainer(ContainerKind kind, Path base, Process process) {
        this.kind = kind;
        this.base = base;
        this.process = process;
        this.output = new Lines(kind + "-stdout", process.getInputStream());
        this.log = new Lines(kind + "-stderr", process.getErrorStream());
        // Where the tests are interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Starts a container that has no web application. Beside the environment it sees only what a JVM needs. */
    static ServletContainer start(ContainerKind kind, Map<String, String> environment) {
        ServletContainer container;
        try {
            Path base = Files.createTempDirectory(Files.createDirectories(War.CONTAINERS.resolve("bases")), null);
            ProcessBuilder builder = new ProcessBuilder();
            builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            kind.prepare(base, builder, environment);
            container = new ServletContainer(kind, base, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Await.until(LIMIT, kind + " to listen", () -> container.port() != null || !container.process.isAlive());
            container.listeningPort();
        } catch (AssertionError | IllegalStateException e) {
            container.close();
            throw new AssertionError(e.getMessage() + "; it logged " + container.log.since(0), e);
        }
        return container;
    }

    int listeningPort() {
        Integer port = port();
        if (port == null) {
            throw new IllegalStateException(kind + " does not listen");
        }
        return port;
    }

    private @Nullable Integer port() {
        return log.since(0).stream()
                .map(kind.port::matcher)
                .filter(Matcher::find)
                .map(line -> Integer.valueOf(line.group(1)))
                .findFirst()
                .orElse(null);
    }

    /**
     * Deploys the WAR, as an operator does: by a file that says where it is and how it is configured.
     *
     * @param contextPath empty for the root
     * @throws GatewayDidNotStart if it does not start; it has what the container logged of the reason
     */
    DeployedGateway deploy(String contextPath, Map<String, String> parameters) {
        int outputBefore = output.count();
        int logBefore = log.count();
        int reasonsBefore = reasons(0).size();
        write(kind.descriptor(base, contextPath), kind.describe(contextPath, parameters));
        await("deployment at " + contextPath, () -> kind.isDeployed(base, contextPath, log.since(logBefore)));
        if (!kind.hasFailed(contextPath, log.since(logBefore))) {
            // Jetty logs that it is started a moment before it passes requests on to it.
            await("the first answer at " + contextPath, () -> isAnswering(contextPath));
            return new DeployedGateway(this, contextPath, outputBefore, logBefore);
        }
        String message = Await.value(LIMIT, "the reason of the failure", () -> message(reasons(reasonsBefore)));
        undeploy(contextPath);
        throw new GatewayDidNotStart(REFUSED, output.since(outputBefore), message);
    }

    private boolean isAnswering(String contextPath) {
        URI server = URI.create("http://127.0.0.1:" + listeningPort());
        return Get.from(server, contextPath + FIRST_PATH).text().strip().equals("Not Found");
    }

    /** Returns the message between the exception's class and its stack trace, once it has been written to its end. */
    private static @Nullable String message(List<String> reasons) {
        StringBuilder message = new StringBuilder();
        for (String line : reasons) {
            if (message.length() > 0 && line.matches("\\s+at .*")) {
                return message.toString();
            }
            if (message.length() > 0) {
                message.append(line).append('\n');
            } else if (line.contains(MESSAGE)) {
                message.append(line.substring(line.indexOf(MESSAGE))).append('\n');
            }
        }
        return null;
    }

    private List<String> reasons(int skipped) {
        try {
            List<String> all = kind.reasons(base, log.since(0));
            return all.subList(skipped, all.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the WAR away, and waits until nothing of it is left that the container knows of. */
    void undeploy(String contextPath) {
        int logBefore = log.count();
        orderUndeployment(contextPath);
        awaitUndeployed(contextPath, logBefore, LIMIT);
    }

    void orderUndeployment(String contextPath) {
        try {
            Files.deleteIfExists(kind.descriptor(base, contextPath));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitUndeployed(String contextPath, int logBefore, Duration bound) {
        Await.until(
                bound,
                "undeployment from " + contextPath,
                () -> kind.isUndeployed(base, contextPath, log.since(logBefore)));
    }

    private void await(String what, BooleanSupplier condition) {
        try {
            Await.until(LIMIT, kind + ": " + what, () -> condition.getAsBoolean() || !process.isAlive());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it logged " + log.since(0), e);
        }
    }

    /** Written elsewhere and moved, as the container may look at any time. */
    private void write(Path file, String text) {
        try {
            Path beside = Files.writeString(base.resolve(file.getFileName() + ".new"), text);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ContainerKind kind() {
        return kind;
    }

    Process process() {
        return process;
    }

    /** Standard output: nothing but the gateway writes to it. */
    Lines output() {
        return output;
    }

    /** Standard error: the container's log. */
    Lines log() {
        return log;
    }

    /** Runs a diagnostic command of the JDK on the container. */
    List<String> jcmd(String... command) {
        return Jcmd.ask(process.pid(), command).lines().toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
