// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.network;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A stand-in for an API server as a process of its own, in a network. */
final class StandInProcess implements AutoCloseable {

    private static final String UPSTREAM_HOST = "UPSTREAM_HOST";

    private static final Path PROGRAM = Repository.ROOT.resolve("dist/stand-in/target/stand-in/bin/stand-in");

    private final Process process;
    private final Map<String, String> environment = new HashMap<>();

    private StandInProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param network where
     * @param folder for its token and its CA
     * @param address where it listens
     * @param names further names that its certificate is for
     * @throws IOException if it does not start
     */
    static StandInProcess start(NetworkNamespace network, Path folder, String address, String... names)
            throws IOException {
        String[] command = Stream.concat(
                        Stream.of(PROGRAM.toString(), folder.toString(), "P_256", address), Stream.of(names))
                .toArray(String[]::new);
        StandInProcess standIn = new StandInProcess(new ProcessBuilder(network.command(command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        BufferedReader output = standIn.process.inputReader(StandardCharsets.UTF_8);
        while (!standIn.environment.containsKey(UPSTREAM_HOST)) {
            String line = output.readLine();
            if (line == null) {
                standIn.close();
                throw new IOException("the stand-in did not start at " + address);
            }
            String[] variable = line.split("=", 2);
            standIn.environment.put(variable[0], variable[1]);
        }
        return standIn;
    }

    int port() {
        return URI.create(environment.get(UPSTREAM_HOST)).getPort();
    }

    /** The configuration of a gateway that asks it by its own address. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
