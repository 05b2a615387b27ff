// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.ServiceLoader;

/**
 * What is checked.
 *
 * @param text what it is, for the report
 * @param checks the checks that can be made of it
 * @param atOnce how many of them run at the same time
 * @param shared what they share, to be closed at the end
 * @param answers whether there is anything to check: a gateway that can be started and answers anything at all
 */
record Subject(String text, List<Check> checks, int atOnce, AutoCloseable shared, Check answers) {

    private static final int STARTED = 4;
    private static final int MAX_PORT = 65535;

    /**
     * What the options name.
     *
     * @throws UsageException if it cannot be checked
     */
    static Subject of(Options options) throws UsageException {
        if (options.has(Options.Name.URL)) {
            return running(options.value(Options.Name.URL));
        }
        if (options.has(Options.Name.IMAGE)) {
            return image(options.value(Options.Name.IMAGE));
        }
        if (options.has(Options.Name.COMMAND)) {
            return command(options.value(Options.Name.COMMAND));
        }
        return everything();
    }

    /** The whole kit, for a list of it. */
    private static Subject everything() {
        return started("nothing", environment -> {
            throw new IllegalStateException("a list of checks runs none");
        });
    }

    private static Subject running(String url) throws UsageException {
        URI gateway = gateway(url);
        ConformanceSuite suite = ConformanceSuite.ofRunning(gateway);
        List<Check> checks = suite.checks();
        int all = everything().checks().size();
        String text = gateway + ", as it runs (" + checks.size() + " of " + all + " checks can be made so)";
        return new Subject(text, checks, 1, suite, answers(() -> answer(gateway)));
    }

    private static URI gateway(String url) throws UsageException {
        // What stands before an @ may be a password.
        String shown = url.replaceFirst("//.*@", "//…@");
        try {
            URI gateway = new URI(url);
            if (("http".equals(gateway.getScheme()) || "https".equals(gateway.getScheme()))
                    && gateway.getHost() != null
                    && gateway.getPort() <= MAX_PORT
                    && gateway.getRawUserInfo() == null
                    && gateway.getRawQuery() == null
                    && gateway.getRawFragment() == null) {
                return gateway;
            }
        } catch (URISyntaxException e) {
            // Falls through to the same complaint.
        }
        throw new UsageException("--url is '" + shown
                + "'; it has to be http or https with a host, may have a port and a path, and neither user info, query nor"
                + " fragment");
    }

    /** In front of a stand-in for an API server, and of a real one. */
    private static Subject image(String name) throws UsageException {
        ContainerSupport containers = ServiceLoader.load(ContainerSupport.class)
                .findFirst()
                .orElseThrow(
                        () -> new UsageException("--image needs what runs containers, which is not in the lib folder"
                                + " of this command: the jar gateway-conformance-containers and what it depends on"));
        Delivery image = containers.delivery(name);
        return started(
                "image " + name,
                image,
                ConformanceSuite.of(image).and(containers.clusterChecks(image)),
                () -> containers.requireImage(name));
    }

    private static Subject command(String command) {
        return started(
                command, environment -> CommandGateway.start(List.of("sh", "-c", "exec " + command), environment));
    }

    private static Subject started(String text, Delivery delivery) {
        return started(text, delivery, ConformanceSuite.of(delivery), () -> {});
    }

    private static Subject started(String text, Delivery delivery, ConformanceSuite suite, Runnable isThere) {
        return new Subject(text, suite.checks(), STARTED, suite, answers(() -> {
            try {
                isThere.run();
            } catch (IllegalStateException e) {
                throw new AssertionError(e.getMessage(), e);
            }
            try (ApiServerStandIn upstream = ApiServerStandIn.start();
                    StartedGateway gateway = delivery.start(upstream.environment())) {
                answer(gateway.baseUri());
            } catch (GatewayDidNotStart e) {
                throw new AssertionError(String.valueOf(e.getMessage()).strip(), e);
            }
        }));
    }

    private static Check answers(Check.Body body) {
        return new Check("0", Check.Severity.MUST, "a gateway answers", Check.Scope.ANY, body);
    }

    /** Any answer is one; whether it is right is what the other checks are for. */
    private static void answer(URI gateway) {
        try {
            RawHttp.exchange(
                    gateway,
                    "GET " + ApiServerStandIn.DISCOVERY_PATH + " HTTP/1.1\r\nHost: " + gateway.getRawAuthority()
                            + "\r\n\r\n");
        } catch (UncheckedIOException e) {
            throw new AssertionError(e.getMessage() + ": " + e.getCause(), e);
        } catch (AssertionError e) {
            throw new AssertionError("no answer from " + gateway + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            // It came, and could not be read.
        }
    }
}
