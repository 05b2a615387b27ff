// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** A gateway at an address that stays, while its process is replaced by another one. */
final class ReplacedGateway implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(30);

    /** Keeps others from the port while nobody listens there, and does not listen itself. */
    private final Socket port;

    private StartedGateway gateway;

    private ReplacedGateway(Socket port, StartedGateway gateway) {
        this.port = port;
        this.gateway = gateway;
    }

    static ReplacedGateway start(Map<String, String> environment) throws IOException {
        Socket port = new Socket();
        port.setReuseAddress(true);
        port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new ReplacedGateway(port, started(port, environment));
    }

    private static StartedGateway started(Socket port, Map<String, String> environment) {
        StartedGateway gateway =
                Launcher.start(Launcher.with(environment, "LISTEN_PORT", Integer.toString(port.getLocalPort())));
        Await.until(BOUND, "a gateway that is ready", () -> Get.status(gateway, "/readyz") == 200);
        return gateway;
    }

    URI uri() {
        return gateway.baseUri();
    }

    /** How many requests for documents the current process has answered. */
    long answered() {
        return gateway.log().stream()
                .filter(line -> line.contains(" status=200 ") && !line.contains("path=/readyz"))
                .count();
    }

    /** Stops the process as a roll-out does, with SIGTERM, and starts another one; returns once that is ready. */
    void replace(Map<String, String> environment) {
        gateway.terminate();
        assertThat(gateway.awaitExit(BOUND)).isZero();
        assertThat(gateway.log()).anyMatch(line -> line.endsWith("stopped: all requests in flight were finished"));
        gateway.close();
        gateway = started(port, environment);
    }

    /** Kills the process, with SIGKILL. */
    void kill() {
        gateway.close();
    }

    /** Starts another process after a kill; returns once that is ready. */
    void startAgain(Map<String, String> environment) {
        gateway = started(port, environment);
    }

    @Override
    public void close() {
        gateway.close();
        try {
            port.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
