// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.testsupport.FakeApiServer;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A gateway in this process, on a free port, in front of an API server of a few lines. */
final class TestGateway implements AutoCloseable {
    final FakeApiServer upstream;
    final GatewayServer server;

    private final Path token = Files.createTempFile("token", "");
    private final int port;
    private boolean stopped;

    TestGateway(String... namesAndValues) throws Exception {
        this(new FakeApiServer(), namesAndValues);
    }

    static TestGateway inFrontOf(FakeApiServer upstream, String... namesAndValues) throws Exception {
        return new TestGateway(upstream, namesAndValues);
    }

    private TestGateway(FakeApiServer upstream, String... namesAndValues) throws Exception {
        this.upstream = upstream;
        Files.writeString(token, "t");
        Map<String, String> variables = new HashMap<>(Map.of(
                "LISTEN_ADDR", "127.0.0.1",
                "LISTEN_PORT", "0",
                "UPSTREAM_HOST", upstream.url(),
                "UPSTREAM_TIMEOUT_SECONDS", "30",
                "SA_TOKEN_PATH", token.toString()));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        server = new GatewayServer(GatewayConfig.from(variables::get, GatewayServer::problems));
        server.start();
        port = server.uri().getPort();
    }

    int port() {
        return port;
    }

    Wire connect() throws IOException {
        return new Wire(port());
    }

    void stop() {
        stopped = true;
        server.stop();
    }

    @Override
    public void close() throws IOException {
        upstream.close();
        if (!stopped) {
            server.stop();
        }
        Files.deleteIfExists(token);
    }
}
