// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.network;

import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A network of Linux of its own, with a file of host names of its own (namespaces(7)). The network has an interface
 * {@code pod}, whose other end is {@code node-0}, beside that of loopback, and no way out. It has no name, so that nothing outside of it is touched. It ends,
 * and each process in it is killed, when {@link #close()} is called or the process of the tests ends, however that ends.
 *
 * <p>It takes root, or a system where every user may have namespaces; and {@code unshare}, {@code nsenter} and {@code ip}.
 */
final class NetworkNamespace implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String READY = "ready";

    /** Ends with its standard input, and takes all others of its network with it. */
    private static final String HOLDER = """
            PATH=$PATH:/usr/sbin:/sbin
            mount --bind "$1" /etc/hosts
            ip link set lo up
            ip link add pod type veth peer name node-0
            ip link set node-0 up
            ip link set pod up
            echo "$2" | ip -batch -
            echo ready
            cat >/dev/null
            own=$(readlink /proc/$$/ns/net)
            for process in /proc/[0-9]*; do
                pid=${process#/proc/}
                if [ "$pid" != $$ ] && [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$own" ]; then
                    kill -9 "$pid" 2>/dev/null || :
                fi
            done
            """;

    /** An ordinary user is root in a namespace of users, and in no other. */
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

    /** What a command ended with, and said on both outputs. */
    record Result(int status, String text) {}

    private final Process holder;

    private NetworkNamespace(Process holder) {
        this.holder = holder;
    }

    /**
     * Makes a network.
     *
     * @param hosts what is {@code /etc/hosts} in it
     * @param addresses lines for {@code ip -batch}, which give the interfaces their addresses
     * @throws IOException if that is not possible; its message says why
     */
    static NetworkNamespace create(Path hosts, String addresses) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "--propagation", "slave"));
        if (!IS_ROOT) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--", "sh", "-euc", HOLDER, "holder", hosts.toString(), addresses));
        NetworkNamespace network = new NetworkNamespace(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        StringBuilder said = new StringBuilder();
        // Not closed: that would end what goes on to run.
        BufferedReader output = network.holder.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); !READY.equals(line); line = output.readLine()) {
            if (line == null) {
                network.close();
                throw new IOException(said.toString().strip());
            }
            said.append(line).append('\n');
        }
        return network;
    }

    /** The command that runs another one in this network, in the same process. */
    List<String> command(String... inside) {
        String namespaces = "/proc/" + holder.pid() + "/ns/";
        Stream<String> user =
                IS_ROOT ? Stream.of() : Stream.of("--user=" + namespaces + "user", "--preserve-credentials");
        return Stream.of(
                        Stream.of("nsenter", "--net=" + namespaces + "net", "--mount=" + namespaces + "mnt"),
                        user,
                        Stream.of("--"),
                        Stream.of(inside))
                .flatMap(part -> part)
                .toList();
    }

    /** Runs a command in this network to its end, a minute at most. */
    Result run(ProcessBuilder inside) {
        try {
            Process process = inside.command(command(inside.command().toArray(String[]::new)))
                    .redirectErrorStream(true)
                    .start();
            // Reading ends with the command.
            process.onExit()
                    .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly());
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            holder.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(BOUND, "the end of a network", () -> !holder.isAlive());
    }
}
