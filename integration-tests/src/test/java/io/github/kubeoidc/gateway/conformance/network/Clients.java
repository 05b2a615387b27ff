// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.network;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The programs that ask a gateway from within its network: curl, and the gateway's own command {@code check}. */
final class Clients {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private Clients() {}

    /** Has the command look until it has seen all this, as it has bounds of its own. */
    static String awaitCheck(
            NetworkNamespace network, Map<String, String> environment, List<String> seen, String... options) {
        List<String> command = new ArrayList<>(List.of(Launcher.path(), "check"));
        command.addAll(List.of(options));
        AtomicReference<String> last = new AtomicReference<>();
        try {
            return Await.value(BOUND, "a good check", () -> {
                ProcessBuilder builder = new ProcessBuilder(command);
                builder.environment().putAll(environment);
                last.set(network.run(builder).text());
                return seen.stream().allMatch(last.get()::contains) ? last.get() : null;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", but " + last, e);
        }
    }

    static void awaitAnswer(NetworkNamespace network, String url, String expected, String... options) {
        AtomicReference<NetworkNamespace.Result> last = new AtomicReference<>();
        try {
            Await.until(BOUND, "'" + expected + "' at " + url, () -> {
                last.set(curl(network, url, options));
                return last.get().status() == 0 && last.get().text().contains(expected);
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", but " + last, e);
        }
    }

    static NetworkNamespace.Result curl(NetworkNamespace network, String url, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "curl", "--silent", "--show-error", "--fail", "--globoff", "--noproxy", "*", "--max-time", "20", url));
        command.addAll(List.of(options));
        return network.run(new ProcessBuilder(command));
    }
}
