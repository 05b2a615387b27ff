// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import io.github.kubeoidc.gateway.conformance.Programs;
import java.nio.file.Path;

/** Draws the dashboard as a program. */
public final class DashboardMain {

    private DashboardMain() {}

    /**
     * Plays some minutes, draws the dashboard, and ends the process: with status 0 if each panel shows something, 1 if not, 2 if
     * the arguments are wrong or a program is missing.
     *
     * @param arguments the gateway's launcher; a directory for {@code dashboard.png}; the file of the dashboard; how many seconds
     *     are played, 30 or more
     * @throws Exception if files cannot be written or a process cannot be started
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 4 || !arguments[3].matches("[0-9]{2,5}") || Integer.parseInt(arguments[3]) < 30) {
            System.err.println("usage: dashboard [SECONDS], with SECONDS from 30 on");
            System.exit(2);
        }
        if (Programs.find("prometheus") == null || Programs.find("chromium") == null) {
            System.err.println("dashboard: please install prometheus and chromium");
            System.exit(2);
        }
        int seconds = Integer.parseInt(arguments[3]);
        System.out.println("playing " + seconds + " eventful seconds");
        DrawnDashboard drawn =
                DrawnDashboard.play(Path.of(arguments[0]), Path.of(arguments[2]), Path.of(arguments[1]), seconds);
        System.out.println("panels that show nothing: " + drawn.empty());
        System.out.println("picture: " + drawn.picture());
        System.exit(drawn.empty().isEmpty() ? 0 : 1);
    }
}
