// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The WAR where it is deployed. Its end is the undeployment, after which the container has to be as it was before. */
final class DeployedGateway implements StartedGateway {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration LAST_LINES = Duration.ofSeconds(3);

    /** What Tomcat says of a web application that leaves something behind. */
    private static final Pattern LEAK =
            Pattern.compile("memory leak|appears to have started a (thread|TimerThread)|created a ThreadLocal");

    private final ServletContainer container;
    private final String contextPath;
    private final int outputBefore;
    private final int logBefore;
    private Runnable afterwards = () -> {};
    private int logAtStop = -1;
    private boolean stopped;
    private boolean outputBlocked;
    private boolean outputClosed;
    private boolean endedUnread;

    DeployedGateway(ServletContainer container, String contextPath, int outputBefore, int logBefore) {
        this.container = container;
        this.contextPath = contextPath;
        this.outputBefore = outputBefore;
        this.logBefore = logBefore;
    }

    @Override
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + container.listeningPort() + contextPath);
    }

    @Override
    public List<String> log() {
        return container.output().since(outputBefore).stream()
                .filter(line -> !line.contains(ServletContainer.FIRST_PATH))
                .toList();
    }

    /** What stands on standard error beside the container's own log. */
    @Override
    public String errors() {
        Pattern ownLine = container.kind().ownLine;
        return container.log().since(logBefore).stream()
                .filter(line -> !ownLine.matcher(line).matches())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void withLogBlocked(Runnable task) {
        outputBlocked = true;
        try {
            container.output().withReadingBlocked(task);
        } finally {
            outputBlocked = false;
        }
    }

    @Override
    public void closeLog() {
        outputClosed = true;
        try {
            container.process().getInputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does something once the gateway has been closed. */
    void whenClosed(Runnable afterwards) {
        this.afterwards = afterwards;
    }

    /** Whether another gateway may come after this one in the same container, and is not given lines of this one. */
    boolean leavesContainerUsable() {
        return !outputClosed && !endedUnread;
    }

    @Override
    public long threads() {
        try (Stream<String> lines =
                Files.lines(Path.of("/proc/" + container.process().pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("Threads:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void terminate() {
        if (logAtStop < 0) {
            logAtStop = container.log().count();
            container.orderUndeployment(contextPath);
        }
    }

    /** Waits for the end of the undeployment, which has no status but that of success. */
    @Override
    public int awaitExit(Duration bound) {
        container.awaitUndeployed(contextPath, logAtStop, bound);
        stopped = true;
        endedUnread = outputBlocked;
        if (!outputBlocked && !outputClosed) {
            Await.until(
                    LAST_LINES,
                    "the last line of the log",
                    () -> log().stream().anyMatch(line -> line.contains("kube-oidc-gateway stopped")));
            List<String> leaks = container.log().since(logBefore).stream()
                    .filter(line -> LEAK.matcher(line).find())
                    .toList();
            if (!leaks.isEmpty()) {
                throw new AssertionError("an undeployment left something behind: " + leaks);
            }
        }
        return 0;
    }

    @Override
    public void close() {
        if (!stopped) {
            terminate();
            awaitExit(LIMIT);
        }
        afterwards.run();
        afterwards = () -> {};
    }
}
