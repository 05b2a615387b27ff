// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.webapp.Log;
import io.github.kubeoidc.gateway.webapp.Version;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program {@code kube-oidc-gateway}. */
public final class Main {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final int SHOWN_CHARACTERS = 200;
    private static final int START_SECONDS = 5;
    private static final Set<String> COMMANDS = Set.of("check", "export");
    private static final String USAGE = """
            Usage: kube-oidc-gateway [-h | --help | --version]
                   kube-oidc-gateway check | export [--help]
                   (in the image: --entrypoint java IMAGE @/check or @/export)

            Publishes the OIDC discovery documents of a Kubernetes cluster. Configured by environment variables:

            """;

    private Main() {}

    /**
     * Runs the gateway until SIGTERM or SIGINT. The status is 0 after that, 1 if it cannot start, 2 if arguments or
     * configuration are invalid.
     *
     * @param args none, or one of {@code --help} and {@code --version}
     */
    public static void main(String[] args) {
        if (args.length == 0) {
            run();
            return;
        }
        if (COMMANDS.contains(args[0])) {
            // The launcher never passes it on.
            exit(
                    MISUSED,
                    args[0] + " is a command of bin/kube-oidc-gateway; in the image: --entrypoint java IMAGE @/"
                            + args[0]);
        }
        String given = String.join(" ", args);
        switch (given) {
            case "-h", "--help" -> System.out.print(USAGE + GatewayConfig.help());
            case "--version" -> System.out.println("kube-oidc-gateway " + Version.current());
            default -> {
                String shown = LogText.hasSecret(given) ? "***" : LogText.line(given, SHOWN_CHARACTERS);
                exit(
                        MISUSED,
                        "unknown arguments: " + (given.isBlank() ? "\"" + shown + "\"" : shown)
                                + "; allowed is check, export, -h, --help or --version, or nothing");
            }
        }
    }

    private static void run() {
        try {
            GatewayConfig config = GatewayConfig.from(System::getenv, GatewayServer::problems);
            GatewayServer server = new GatewayServer(config);
            // The JDK tells of SIGTERM by a hook alone, and ends with status 143 unless the hook halts it. Added before
            // the start, which SIGTERM may interrupt.
            CountDownLatch started = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, started), "shutdown"));
            server.start();
            started.countDown();
        } catch (ConfigurationException e) {
            exit(MISUSED, e.getMessage());
        } catch (IOException e) {
            Log.stop();
            exit(FAILED, e.getMessage());
        } catch (RuntimeException | Error e) {
            Log.stop();
            e.printStackTrace();
            exit(FAILED, "the server did not start");
        }
    }

    /**
     * Stops and ends the process. Waits 5 s at most for a start: one that takes longer, as with a CACHE_DIR that hangs, has served
     * nobody and leaves nothing behind.
     */
    private static void stop(GatewayServer server, CountDownLatch started) {
        boolean hasStarted = false;
        try {
            hasStarted = started.await(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread.
        }
        if (hasStarted) {
            server.stop();
        } else {
            Log.lifecycle("stopped: it had not started after {}s", START_SECONDS);
        }
        Log.stop();
        Runtime.getRuntime().halt(0);
    }

    private static void exit(int status, String message) {
        System.err.println("kube-oidc-gateway: " + message);
        // Without the hook, which would end the process with status 0.
        Runtime.getRuntime().halt(status);
    }
}
