// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.conformance.proxy.Proxy;
import java.io.IOException;
import java.nio.file.Path;

/** The outage as a program, with figures and a picture at the end. */
public final class OutageMain {

    private OutageMain() {}

    /**
     * Plays an outage and ends the process: with status 0 if all was well, 1 if not, 2 if the arguments are wrong.
     *
     * @param arguments the gateway's launcher; a directory for {@code outage.svg}; for how many seconds the API server is away,
     *     20 or more
     * @throws IOException if files cannot be written or a process cannot be started
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3 || !arguments[2].matches("[0-9]{2,5}") || Integer.parseInt(arguments[2]) < 20) {
            System.err.println("usage: outage [SECONDS], with SECONDS from 20 on");
            System.exit(2);
        }
        if (Proxy.Kind.NGINX.executable() == null) {
            System.err.println("outage: please install nginx");
            System.exit(2);
        }
        int seconds = Integer.parseInt(arguments[2]);
        Path directory = Path.of(arguments[1]);
        System.out.printf(
                "playing an API server that is away for %d s, %.0f s in all%n",
                seconds, new Outage.Times(seconds).end());
        new Outage(Path.of(arguments[0]), directory, seconds).run().publishAndExit(directory, "outage");
    }
}
