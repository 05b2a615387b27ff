// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import io.github.kubeoidc.gateway.webapp.Refusals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: a client that closes wakes no other thread than the one that has read that. */
class LingeringConnectionTest {
    private static final int CONNECTIONS = 40;

    @Test
    void theThreadThatOpensAConnectionEndsItToo() throws Exception {
        Set<Thread> opening = ConcurrentHashMap.newKeySet();
        Set<Thread> ending = ConcurrentHashMap.newKeySet();
        AtomicInteger ended = new AtomicInteger();
        try (FrontDoor door = new FrontDoor(100, Long.MAX_VALUE)) {
            door.connector.addEventListener(new Connection.Listener() {
                @Override
                public void onOpened(Connection connection) {
                    opening.add(Thread.currentThread());
                }
            });
            door.connector.getSelectorManager().addEventListener(new SelectorManager.AcceptListener() {
                @Override
                public void onClosed(SelectableChannel channel) {
                    ending.add(Thread.currentThread());
                    ended.incrementAndGet();
                }
            });

            for (int i = 0; i < CONNECTIONS; i++) {
                try (Wire client = door.newWire().send("GET / HTTP/1.1\nHost: a\nConnection: close\n\n")) {
                    assertThat(client.readToEnd()).startsWith("HTTP/1.1 200");
                }
            }
            FrontDoor.await(() -> ended.get() == CONNECTIONS);
        }

        assertThat(opening).containsAll(ending);
    }

    /** The selector forgets a closed connection on another thread, which may come at any moment. */
    @Test
    void aConnectionThatIsForgottenWhenItsAnswerIsSentIsNoFailure() throws Exception {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Server server = new Server();
        ClientConnector connector = new ClientConnector(
                server,
                HttpSettings.connectionFactory(),
                10,
                Long.MAX_VALUE,
                Duration.ofSeconds(75),
                new Refusals(System::nanoTime));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new ForgottenWhenSent(new FrontHandler(new DefaultHandler(), line -> {}), sent));
        server.start();
        try (Wire client = new Wire(connector.getLocalPort())) {
            client.send("GET / HTTP/1.1\nHost: a\nConnection: close\n\n");
            sent.get(30, TimeUnit.SECONDS);
            FrontDoor.await(() -> connector.held() == 0);
        } finally {
            LifeCycle.stop(server);
        }
    }

    /** CONTRACT 1.6: "then discards what still comes, for at most 5 s and 2 MiB". */
    @Test
    void twoMebibytesAreDiscardedAndNoMore() {
        Sending client = new Sending();
        LingeringConnection lingering = new LingeringConnection(client, Runnable::run, new ArrayByteBufferPool());
        for (int discarded = 0; discarded < LingeringConnection.LINGER_BYTES; discarded += Sending.BYTES) {
            lingering.onFillable();
            assertThat(client.isOpen()).isTrue();
        }
        lingering.onFillable();
        assertThat(client.isOpen()).isFalse();
    }

    /** CONTRACT 1.7: "nothing leaked". */
    @Test
    void aConnectionThatCannotBeReadIsClosed() {
        Sending client = new Sending();
        client.fails = true;
        new LingeringConnection(client, Runnable::run, new ArrayByteBufferPool()).onFillable();
        assertThat(client.isOpen()).isFalse();
    }

    /** The connection of a client that sends without end, or whose bytes cannot be read. */
    private static final class Sending extends ByteArrayEndPoint {
        static final int BYTES = 16 * 1024;

        boolean fails;

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            if (fails) {
                throw new IOException("for a test");
            }
            return BYTES;
        }

        @Override
        public void fillInterested(Callback callback) {
            // The test says when there is more.
        }
    }

    /** Ends each connection between the end of its request and what Jetty does then. */
    private static final class ForgottenWhenSent extends Handler.Wrapper {
        private final CompletableFuture<Void> sent;

        ForgottenWhenSent(Handler handler, CompletableFuture<Void> sent) {
            super(handler);
            this.sent = sent;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            ClientEndPoint client = ClientEndPoint.of(
                    request.getConnectionMetaData().getConnection().getEndPoint());
            request.addHttpStreamWrapper(stream -> new HttpStream.Wrapper(stream) {
                @Override
                public void succeeded() {
                    try {
                        client.close();
                        client.forgetIfClosed();
                        super.succeeded();
                        sent.complete(null);
                    } catch (RuntimeException e) {
                        sent.completeExceptionally(e);
                    }
                }
            });
            return super.handle(request, response, callback);
        }
    }
}
