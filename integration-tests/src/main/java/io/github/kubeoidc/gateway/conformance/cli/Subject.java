// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.ApiServerStandIn;
import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.CommandGateway;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.RawHttp;
import io.github.kubeoidc.gateway.conformance.report.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is checked.
 *
 * @param text what it is, for the report
 * @param checks the checks that can be made of it
 * @param atOnce how many of them run at the same time
 * @param shared what they share, to be closed at the end
 * @param trouble finds out whether there is anything to check: empty, or why not, in words. Blocks.
 */
record Subject(String text, List<Check> checks, int atOnce, AutoCloseable shared, Supplier<Optional<String>> trouble) {

    private static final int STARTED = 4;

    /**
     * What the options name.
     *
     * @throws Misuse if it cannot be checked
     */
    static Subject of(Options options) throws Misuse {
        if (options.has(Options.Name.URL)) {
            return running(options.value(Options.Name.URL));
        }
        if (options.has(Options.Name.IMAGE)) {
            return image(options.value(Options.Name.IMAGE));
        }
        if (options.has(Options.Name.COMMAND)) {
            return command(options.value(Options.Name.COMMAND));
        }
        return started("nothing", environment -> {
            throw new IllegalStateException("a list of checks runs none");
        });
    }

    private static Subject running(String url) throws Misuse {
        URI gateway = gateway(url);
        ConformanceSuite suite = ConformanceSuite.ofRunning(gateway);
        List<Check> checks = suite.checks();
        int all = started("", environment -> {
                    throw new IllegalStateException();
                })
                .checks()
                .size();
        String text = gateway + ", as it runs (" + checks.size() + " of " + all + " checks can be made so)";
        return new Subject(text, checks, 1, suite, () -> silence(gateway));
    }

    private static URI gateway(String url) throws Misuse {
        // What stands before an @ may be a password.
        String shown = url.replaceFirst("//.*@", "//…@");
        try {
            URI gateway = new URI(url);
            if (List.of("http", "https").contains(gateway.getScheme())
                    && gateway.getHost() != null
                    && gateway.getRawUserInfo() == null
                    && gateway.getRawQuery() == null
                    && gateway.getRawFragment() == null) {
                return gateway;
            }
        } catch (URISyntaxException e) {
            // Falls through to the same complaint.
        }
        throw new Misuse("--url is '" + shown
                + "'; it has to be http or https with a host, may have a port and a path, and neither user info, query nor"
                + " fragment");
    }

    /** All checks, with the image as the delivery. */
    private static Subject image(String name) throws Misuse {
        throw new Misuse("--image " + name + ": checking images is not in this build; --url and --command are");
    }

    private static Subject command(String command) {
        return started(
                command, environment -> CommandGateway.start(List.of("sh", "-c", "exec " + command), environment));
    }

    private static Subject started(String text, Delivery delivery) {
        ConformanceSuite suite = ConformanceSuite.of(delivery);
        return new Subject(text, suite.checks(), STARTED, suite, () -> silence(delivery));
    }

    private static Optional<String> silence(Delivery delivery) {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                Gateway gateway = delivery.start(upstream.environment())) {
            return silence(gateway.baseUri());
        } catch (GatewayDidNotStart | AssertionError e) {
            return Optional.of(
                    Printable.shortLine(String.valueOf(e.getMessage()).strip()));
        }
    }

    /** Any answer is one; whether it is right is what the checks are for. */
    private static Optional<String> silence(URI gateway) {
        try {
            RawHttp.exchange(
                    gateway,
                    "GET " + ApiServerStandIn.DISCOVERY_PATH + " HTTP/1.1\r\nHost: " + gateway.getRawAuthority()
                            + "\r\n\r\n");
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            String why = e.getMessage() + (e.getCause() == null ? "" : ": " + e.getCause());
            return Optional.of(Printable.shortLine("no answer from " + gateway + ": " + why));
        }
    }
}
