// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A gateway that runs in a container of its own, which goes with it.
 */
public final class ContainerGateway implements StartedGateway {

    private static final Duration START_BOUND = Duration.ofSeconds(60);
    private static final long MEMORY_BYTES = 64L << 20;
    private static final long PIDS = 64;
    private static final String NOBODY = "65534:65534";

    private final GenericContainer<?> container;
    private final ContainerLog log = new ContainerLog();

    private ContainerGateway(GenericContainer<?> container) {
        this.container = container;
    }

    static ContainerGateway start(String image, double cpus, Map<String, String> environment) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withNetworkMode("host")
                .withEnv(Map.of("LISTEN_ADDR", "127.0.0.1", "LISTEN_PORT", "0"))
                .withEnv(environment)
                .withCreateContainerCmdModifier(command -> harden(command, cpus, environment))
                .withStartupCheckStrategy(new AsItMayBeMeantToEnd());
        ContainerGateway gateway = new ContainerGateway(container);
        try {
            container.start();
            gateway.awaitListening();
            return gateway;
        } catch (RuntimeException | Error e) {
            gateway.close();
            throw e;
        }
    }

    private static void harden(CreateContainerCmd command, double cpus, Map<String, String> environment) {
        command.withUser(NOBODY);
        Objects.requireNonNull(command.getHostConfig(), "Testcontainers sets one")
                .withMemory(MEMORY_BYTES)
                .withMemorySwap(MEMORY_BYTES)
                .withNanoCPUs(Math.round(cpus * 1e9))
                .withPidsLimit(PIDS)
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withBinds(Stream.concat(
                                binds(
                                        AccessMode.ro,
                                        Stream.of("SA_TOKEN_PATH", "SA_CA_CERT_PATH", "TLS_CERT_FILE", "TLS_KEY_FILE")
                                                .map(environment::get)
                                                .filter(Objects::nonNull)
                                                .map(path -> Path.of(path).getParent())),
                                binds(
                                        AccessMode.rw,
                                        Stream.of("CACHE_DIR")
                                                .map(environment::get)
                                                .filter(Objects::nonNull)
                                                .map(Path::of)))
                        .toList());
    }

    private static Stream<Bind> binds(AccessMode mode, Stream<@Nullable Path> directories) {
        return directories
                .filter(directory -> directory != null && directory.isAbsolute())
                // The engine would make a directory that is missing.
                .filter(Files::isDirectory)
                .map(Path::toString)
                .distinct()
                .map(directory -> new Bind(directory, new Volume(directory), mode));
    }

    private void awaitListening() {
        container
                .getDockerClient()
                .logContainerCmd(containerId())
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .exec(log);
        try {
            Await.until(START_BOUND, "a line with 'listening on'", () -> log.address() != null || log.isComplete());
        } catch (AssertionError e) {
            throw new GatewayDidNotStart(OptionalInt.empty(), log.output(), log.errors());
        }
        if (log.address() == null) {
            int status = awaitExit(Duration.ofSeconds(10));
            throw new GatewayDidNotStart(OptionalInt.of(status), log.output(), log.errors());
        }
    }

    /**
     * The container.
     *
     * @return the identifier that the engine has given it
     */
    public String containerId() {
        return container.getContainerId();
    }

    @Override
    public URI baseUri() {
        URI address = log.address();
        if (address == null) {
            throw new IllegalStateException("not listening");
        }
        return address;
    }

    @Override
    public List<String> log() {
        return log.output();
    }

    @Override
    public String errors() {
        return log.errors();
    }

    @Override
    public void withLogBlocked(Runnable task) {
        throw new NotObservable("a blocked log of a container, which the engine reads");
    }

    @Override
    public void closeLog() {
        throw new NotObservable("a closed log of a container, which the engine reads");
    }

    @Override
    public long threads() {
        return CommandGateway.threads(state().getPidLong());
    }

    @Override
    public void terminate() {
        container
                .getDockerClient()
                .killContainerCmd(containerId())
                .withSignal("SIGTERM")
                .exec();
    }

    @Override
    public int awaitExit(Duration bound) {
        Await.until(bound, "the end of the container", () -> !Boolean.TRUE.equals(state().getRunning()));
        // The end may overtake the last lines.
        Await.until(Duration.ofSeconds(5), "the end of the container's log", log::isComplete);
        return Objects.requireNonNull(state().getExitCodeLong(), "a container that has ended has a status")
                .intValue();
    }

    @Override
    public void close() {
        container.stop();
    }

    private ContainerState state() {
        return container
                .getDockerClient()
                .inspectContainerCmd(containerId())
                .exec()
                .getState();
    }

    /** A container that ends at once has started all the same: how it ended is asked afterwards. */
    private static final class AsItMayBeMeantToEnd extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient client, String containerId) {
            return StartupStatus.SUCCESSFUL;
        }
    }
}
