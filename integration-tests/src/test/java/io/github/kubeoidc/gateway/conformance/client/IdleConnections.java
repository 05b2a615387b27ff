// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Connections that say nothing, as long as the gateway lets them. */
final class IdleConnections implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(50);

    /** As the kernel writes it. */
    private static final String ESTABLISHED = "01";

    private final CommandGateway gateway;
    private final long filesBefore;
    private final List<SocketChannel> all = new ArrayList<>();

    IdleConnections(CommandGateway gateway) {
        this.gateway = gateway;
        this.filesBefore = GatewayState.settledFiles(gateway.pid());
    }

    void open(int number) throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                gateway.baseUri().getHost(), gateway.baseUri().getPort());
        for (int i = 0; i < number; i++) {
            SocketChannel channel = SocketChannel.open(address);
            channel.configureBlocking(false);
            all.add(channel);
        }
    }

    /** Waits until the gateway has accepted all that are still open, and returns how many it has closed. */
    long awaitAccepted() {
        Await.until(GatewayState.AFTERMATH, all.size() + " connections to be accepted", () -> {
            Await.pace(PACE);
            return accepted() >= all.size() - closed();
        });
        return closed();
    }

    long closed() {
        return all.stream().filter(IdleConnections::hasEnded).count();
    }

    private static boolean hasEnded(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** How many connections of the gateway's port have been accepted: one that waits for that has no inode. */
    private long accepted() {
        String local = ":%04X".formatted(gateway.baseUri().getPort());
        long accepted = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                accepted += lines.map(line -> line.trim().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(local))
                        .filter(fields -> fields[3].equals(ESTABLISHED) && !fields[9].equals("0"))
                        .count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return accepted;
    }

    /** Closes them, and waits until the gateway has forgotten them. */
    @Override
    public void close() throws IOException {
        for (SocketChannel channel : all) {
            channel.close();
        }
        GatewayState.awaitFiles(gateway.pid(), filesBefore, all.size() + " connections to be forgotten");
    }
}
