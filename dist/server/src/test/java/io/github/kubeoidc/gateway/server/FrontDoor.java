// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.server.tls.TlsContexts;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import io.github.kubeoidc.gateway.testsupport.Wire;
import io.github.kubeoidc.gateway.web.RequestLogFilter;
import io.github.kubeoidc.gateway.webapp.Refusals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The connector and the handlers in front of a web application of a few paths: {@code /wait} is answered when the test says
 * so, {@code /large} with {@value #LARGE_BYTES} bytes, {@code /broken} fails in the middle of its answer when the test says so,
 * all else is answered with 200 at once.
 */
public final class FrontDoor implements AutoCloseable {
    /**
     * More than the kernel keeps of a client that does not read, and no more than one that reads takes in a few seconds on a
     * busy machine: 32 KiB at a time, with a turn of both sides for each.
     */
    static final int LARGE_BYTES = 512 * 1024;

    static final String GET = "GET / HTTP/1.1\nHost: a\n\n";
    private static final SSLContext TRUST = ServerCertificates.ALL.client("ca");
    private static final long PATIENCE_SECONDS = 30;

    final ClientConnector connector;
    final Refusals refusals = new Refusals(System::nanoTime);
    final BlockingQueue<CompletableFuture<Void>> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final Server server = new Server(null, null, HttpSettings.bufferPool());
    private final List<Wire> clients = new ArrayList<>();
    private final @Nullable TlsContexts tls;

    FrontDoor(int maxConnections, long maxHeldBytes) throws Exception {
        this(maxConnections, maxHeldBytes, Duration.ofSeconds(75));
    }

    FrontDoor(int maxConnections, long maxHeldBytes, Duration idleTimeout) throws Exception {
        this(maxConnections, maxHeldBytes, idleTimeout, null);
    }

    /** One that speaks TLS. */
    static FrontDoor secure(int maxConnections, long maxHeldBytes, Duration idleTimeout) throws Exception {
        Path directory = Files.createTempDirectory("tls");
        Path chain = Files.writeString(directory.resolve("tls.crt"), ServerCertificates.ALL.chain("ec"));
        Path key = Files.writeString(directory.resolve("tls.key"), ServerCertificates.ALL.key("ec"));
        try {
            return new FrontDoor(maxConnections, maxHeldBytes, idleTimeout, new TlsContexts(chain, key));
        } finally {
            Files.delete(chain);
            Files.delete(key);
            Files.delete(directory);
        }
    }

    private FrontDoor(int maxConnections, long maxHeldBytes, Duration idleTimeout, @Nullable TlsContexts tls)
            throws Exception {
        this.tls = tls;
        connector = new ClientConnector(
                server, HttpSettings.connectionFactory(), maxConnections, maxHeldBytes, idleTimeout, refusals);
        connector.setHost("127.0.0.1");
        connector.addEventListener(new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                opened.incrementAndGet();
            }
        });
        server.addConnector(connector);
        server.setErrorHandler(new PlainTextErrors(refusals));
        RequestLogFilter log = new RequestLogFilter(System::nanoTime, Events.NONE);
        server.setHandler(new FrontHandler(new Application(), log::requestEnded));
        if (tls != null) {
            connector.addFirstConnectionFactory(new TlsConnectionFactory(tls.factory()));
        }
        server.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    /** A connection that the test closes itself. */
    Wire newWire() throws IOException {
        return tls == null ? new Wire(port()) : Wire.secure(port(), TRUST);
    }

    Wire connect() throws IOException {
        Wire client = newWire();
        clients.add(client);
        return client;
    }

    /** One that does not begin with a handshake, even where the server expects one. */
    Wire connectInClear() throws IOException {
        Wire client = new Wire(port());
        clients.add(client);
        return client;
    }

    /** Connects so many clients, one after the other, each of which sends the text. */
    List<Wire> connect(int count, String text) throws IOException {
        List<Wire> connected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Not how many are open, which is the same where another is closed meanwhile.
            int before = opened.get();
            connected.add(connect());
            await(() -> opened.get() > before);
            connected.get(i).send(text);
        }
        return connected;
    }

    /** Has the oldest request to {@code /wait} answered, or that to {@code /broken} fail. */
    void answerOne() throws InterruptedException {
        waiting.poll(PATIENCE_SECONDS, TimeUnit.SECONDS).complete(null);
    }

    int open() {
        return connector.getConnectedEndPoints().size();
    }

    /** What reads the next request of the one client that there is; null where none is open. */
    @Nullable
    Connection http() {
        Connection first = connector.getConnectedEndPoints().stream()
                .map(EndPoint::getConnection)
                .findAny()
                .orElse(null);
        return first instanceof SslConnection secure ? secure.getSslEndPoint().getConnection() : first;
    }

    long held() {
        return connector.getConnectedEndPoints().stream()
                .map(ClientEndPoint.class::cast)
                .mapToLong(client -> client.progress().heldHeap())
                .sum();
    }

    long unfinishedHeads() {
        return connector.getConnectedEndPoints().stream()
                .filter(client -> ((ClientEndPoint) client).request().isReadingHead())
                .count();
    }

    public static void await(BooleanSupplier condition) {
        Waiting.until(condition);
    }

    @Override
    public void close() throws IOException {
        waiting.forEach(answer -> answer.complete(null));
        for (Wire client : clients) {
            client.close();
        }
        connector.finish(Duration.ZERO);
        LifeCycle.stop(server);
        if (tls != null) {
            tls.close();
        }
    }

    private final class Application extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            switch (request.getHttpURI().getPath()) {
                case "*" -> {
                    return false;
                }
                case "/large" -> response.write(true, ByteBuffer.allocate(LARGE_BYTES), callback);
                case "/wait", "/wait-large" -> {
                    CompletableFuture<Void> answer = new CompletableFuture<>();
                    int bytes = request.getHttpURI().getPath().equals("/wait") ? 1 : LARGE_BYTES;
                    answer.thenRun(() -> response.write(true, ByteBuffer.allocate(bytes), callback));
                    waiting.add(answer);
                }
                case "/broken", "/broken-large" -> {
                    CompletableFuture<Void> failure = new CompletableFuture<>();
                    int bytes = request.getHttpURI().getPath().equals("/broken") ? 1 : LARGE_BYTES;
                    failure.thenRun(() -> callback.failed(new IOException("for a test")));
                    response.write(false, ByteBuffer.allocate(bytes), Callback.NOOP);
                    waiting.add(failure);
                }
                default -> callback.succeeded();
            }
            return true;
        }
    }
}
