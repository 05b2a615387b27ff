// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a stand-in for an API server as a program, so that a gateway can be tried without a cluster.
 */
public final class StandInMain {

    private StandInMain() {}

    /**
     * Starts it, prints the variables that a gateway needs as {@code KEY=VALUE} lines, and runs until {@code SIGTERM}.
     *
     * @param arguments one directory, for the token and the CA certificate; made where it is missing
     * @throws IOException if the directory cannot be made
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: StandInMain DIRECTORY");
            System.exit(2);
        }
        ApiServerStandIn standIn = ApiServerStandIn.startIn(Files.createDirectories(Path.of(arguments[0])));
        Runtime.getRuntime().addShutdownHook(new Thread(standIn::close));
        new TreeMap<>(standIn.environment()).forEach((name, value) -> System.out.println(name + "=" + value));
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
