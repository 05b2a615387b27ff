// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The soak as a program: a gateway under load in front of an API server that fails at random, with figures, a verdict and a
 * picture at the end.
 */
public final class SoakMain {

    private SoakMain() {}

    /**
     * Runs a soak and ends the process: with status 0 if all was well, 1 if not, 2 if the arguments are wrong.
     *
     * @param arguments the gateway's launcher; a directory for {@code soak.svg} and {@code gateway.log}; how many seconds it
     *     lasts, 30 or more; and, if what happens is to happen again, the seed that an earlier run has printed
     * @throws IOException if files cannot be written or the gateway cannot be started
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 3
                || arguments.length > 4
                || !arguments[2].matches("[0-9]{1,6}")
                || Integer.parseInt(arguments[2]) < 30
                || arguments.length == 4 && !arguments[3].matches("-?[0-9]{1,18}")) {
            System.err.println("usage: soak [SECONDS [SEED]], with SECONDS from 30 on");
            System.exit(2);
        }
        long seed = arguments.length == 4 ? Long.parseLong(arguments[3]) : System.currentTimeMillis();
        Duration length = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        Path directory = Path.of(arguments[1]);
        System.out.println("soaking for " + length.toSeconds() + " s, seed " + seed);
        new Soak(Path.of(arguments[0]), directory, length, seed).run().publishAndExit(directory, "soak");
    }
}
