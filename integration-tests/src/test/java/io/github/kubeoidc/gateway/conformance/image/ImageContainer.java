// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.DockerCommand.docker;

import io.github.kubeoidc.gateway.conformance.ApiServerStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The image, run as the manifest has it run: 64 MiB, no capability, nothing to write to. */
final class ImageContainer implements AutoCloseable {
    static final long MEMORY_BYTES = 64L << 20;

    private final String id;
    private final URI uri;

    private ImageContainer(String id, URI uri) {
        this.id = id;
        this.uri = uri;
    }

    /** Starts it beside a stand-in on this host's loopback, whose files it sees as kubelet would show them. */
    static ImageContainer start(String image, String cpus, ApiServerStandIn upstream, Path files)
            throws IOException, InterruptedException {
        int port = freePort();
        List<String> arguments = new ArrayList<>(
                List.of("run", "--detach", "--network=host", "--memory=64m", "--memory-swap=64m", "--cpus=" + cpus));
        arguments.addAll(List.of("--read-only", "--cap-drop=ALL", "--user=65534", "--pids-limit=64"));
        arguments.add("--volume=" + files + ":" + files + ":ro");
        for (Map.Entry<String, String> variable : upstream.environment().entrySet()) {
            arguments.add("--env=" + variable.getKey() + "=" + variable.getValue());
        }
        arguments.addAll(
                List.of("--env=LISTEN_ADDR=127.0.0.1", "--env=LISTEN_PORT=" + port, "--env=CACHE_TTL_SECONDS=1"));
        arguments.add(image);
        String id = docker(arguments.toArray(String[]::new));
        return new ImageContainer(id, URI.create("http://127.0.0.1:" + port));
    }

    URI uri() {
        return uri;
    }

    /** How long ago the engine started the process. */
    Duration age() throws IOException, InterruptedException {
        return Duration.between(Instant.parse(inspect("{{.State.StartedAt}}")), Instant.now());
    }

    /** Status, whether it was killed for want of memory, and how often it was started again. */
    String state() throws IOException, InterruptedException {
        return inspect("{{.State.Status}} oom-killed={{.State.OOMKilled}} restarts={{.RestartCount}}");
    }

    String log() throws IOException, InterruptedException {
        return docker("logs", id);
    }

    /** The most memory that it has had, page cache included, in bytes. */
    long peakMemory() throws IOException {
        for (String file : List.of(
                "/sys/fs/cgroup/memory/docker/" + id + "/memory.max_usage_in_bytes",
                "/sys/fs/cgroup/docker/" + id + "/memory.peak",
                "/sys/fs/cgroup/system.slice/docker-" + id + ".scope/memory.peak")) {
            if (Files.exists(Path.of(file))) {
                return Long.parseLong(Files.readString(Path.of(file)).strip());
            }
        }
        throw new IOException("this engine's control groups are not where they are looked for");
    }

    @Override
    public void close() {
        try {
            docker("rm", "--force", "--volumes", id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String inspect(String format) throws IOException, InterruptedException {
        return docker("inspect", "--format", format, id);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
