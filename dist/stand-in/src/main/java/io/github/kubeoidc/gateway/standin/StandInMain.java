// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a stand-in for an API server as a program, so that a gateway can be tried without a cluster.
 */
public final class StandInMain {
    private static final String USAGE = "usage: stand-in DIRECTORY [RSA|P_256 [ADDRESS [NAME...]]]";

    private StandInMain() {}

    /**
     * Starts it, prints the variables that a gateway needs as {@code KEY=VALUE} lines, and runs until {@code SIGTERM}. Ends with
     * status 2 where arguments are not allowed, and has then made nothing.
     *
     * @param arguments a directory, for the token and the CA certificate, made where it is missing; where its certificates
     *     are to have one kind of keys, that kind; where it is not to listen on loopback, the address; and further names that
     *     its certificate is for
     * @throws IOException if the directory cannot be made
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> given = List.of(arguments);
        if (given.contains("-h") || given.contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        Map<String, CertificateKeys> kinds =
                Stream.of(CertificateKeys.values()).collect(Collectors.toMap(CertificateKeys::name, keys -> keys));
        if (given.isEmpty()
                || given.stream().anyMatch(one -> one.isEmpty() || one.startsWith("-"))
                || given.size() > 1 && !kinds.containsKey(arguments[1])) {
            System.err.println(USAGE);
            System.exit(2);
        }
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        ApiServerStandIn standIn = switch (arguments.length) {
            case 1 -> ApiServerStandIn.startIn(directory);
            case 2 -> ApiServerStandIn.startIn(directory, kinds.get(arguments[1]));
            default ->
                ApiServerStandIn.startIn(
                        directory, kinds.get(arguments[1]), arguments[2], given.subList(3, given.size()));
        };
        Runtime.getRuntime().addShutdownHook(new Thread(standIn::close));
        new TreeMap<>(standIn.environment()).forEach((name, value) -> System.out.println(name + "=" + value));
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
