// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import io.github.kubeoidc.gateway.webapp.Refusals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CONTRACT 1.7: what is counted is given back. Here a connection was accepted, and cannot be opened. */
class FailedOpeningTest {
    private static final int CAP = 4;
    private static final int FAILURES = 2 * CAP;

    private final Server server = new Server();

    @AfterEach
    void stop() {
        LifeCycle.stop(server);
    }

    static List<Throwable> failures() {
        return List.of(new IllegalStateException("a bug"), new OutOfMemoryError("for a test"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void itIsClosedAndTheNextIsServed(Throwable failure) throws Exception {
        for (boolean made : new boolean[] {false, true}) {
            ClientConnector connector = open(new Failing(failure, made));
            for (int i = 0; i < FAILURES; i++) {
                try (Wire client = new Wire(connector.getLocalPort())) {
                    assertThat(client.readToEnd()).isEmpty();
                }
            }
            FrontDoor.await(() -> connector.held() == 0);

            try (Wire client = new Wire(connector.getLocalPort())) {
                assertThat(client.send(FrontDoor.GET).read().status()).isEqualTo(404);
            }
            FrontDoor.await(() -> connector.held() == 0);
        }
    }

    private ClientConnector open(HttpConnectionFactory connections) throws Exception {
        LifeCycle.stop(server);
        Stream.of(server.getConnectors()).forEach(server::removeConnector);
        ClientConnector connector = new ClientConnector(
                server, connections, CAP, Long.MAX_VALUE, Duration.ofSeconds(75), new Refusals(System::nanoTime));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
        return connector;
    }

    /** Fails for so many, before or after it has made a connection. */
    private static final class Failing extends HttpConnectionFactory {
        private final AtomicInteger left = new AtomicInteger(FAILURES);
        private final Throwable failure;
        private final boolean made;

        Failing(Throwable failure, boolean made) {
            this.failure = failure;
            this.made = made;
        }

        @Override
        public Connection newConnection(Connector connector, EndPoint client) {
            if (left.getAndDecrement() <= 0) {
                return super.newConnection(connector, client);
            }
            if (!made) {
                throwIt();
            }
            return new AbstractConnection(client, connector.getExecutor()) {
                @Override
                public void onOpen() {
                    throwIt();
                }

                @Override
                public void onFillable() {
                    throw new AssertionError("it is not open");
                }
            };
        }

        private void throwIt() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }
}
