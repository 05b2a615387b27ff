// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's client, of which only connections and the protocol are used: no pool, no redirect, no proxy, no cookie, no
 * authentication, no decoding. It has one selector and no timer of its own.
 */
final class JettyClient implements AutoCloseable {
    /** Shorter than any server's, so that a kept connection is rarely closed from the other side. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    // An API server answers 406 on the JWKS path to application/json alone.
    private static final String ACCEPT = "application/jwk-set+json, application/json;q=0.9, */*;q=0.1";

    private final HttpClient client;
    private final String scheme;
    private final Origin.Address host;

    /**
     * Starts the client.
     *
     * @param upstream the scheme, and the host as certificates name it
     * @param connectBound how long a connect may take at most
     * @param executor runs the selector and what it calls
     * @param timer for idle connections; stays the caller's
     */
    JettyClient(
            UpstreamAddress upstream, Duration connectBound, ExecutorService executor, ScheduledExecutorService timer) {
        scheme = upstream.url().getScheme();
        host = new Origin.Address(upstream.url().getHost(), upstream.port());
        ClientConnector connector = new BoundedConnector();
        connector.setSelectors(1);
        connector.setExecutor(executor);
        connector.setScheduler(new SharedTimer(timer, executor));
        // Fetches are rare: nothing is kept between them.
        connector.setByteBufferPool(new ByteBufferPool.NonPooling());
        connector.setSslContextFactory(new TlsEngines());
        connector.setConnectTimeout(connectBound);
        connector.setIdleTimeout(IDLE);
        client = new HttpClient(new HttpClientTransportOverHTTP(connector));
        client.setSocketAddressResolver((name, port, context, promise) ->
                promise.succeeded(List.of(route(context).address())));
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setHttpCompliance(HttpCompliance.STRICT);
        // With the longest token there may be: Jetty would refuse one of 8 KiB.
        client.setMaxRequestHeadersSize(MAX_HEAD_BYTES + TokenFile.MAX_BYTES);
        client.setMaxResponseHeadersSize(MAX_HEAD_BYTES);
        client.setUseInputDirectByteBuffers(false);
        client.setUseOutputDirectByteBuffers(false);
        try {
            client.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        // Jetty puts them in when it starts.
        client.getContentDecoderFactories().clear();
        client.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
        client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
        client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
        client.getProtocolHandlers().remove(ContinueProtocolHandler.NAME);
        client.getProtocolHandlers().remove(EarlyHintsProtocolHandler.NAME);
        client.getProtocolHandlers().put(new InterimAnswers());
    }

    /**
     * One route to upstream. Not a record: two with the same values are different routes, with connections of their own.
     */
    static final class Route implements SslHandshakeListener {
        private final InetSocketAddress address;
        private final @Nullable SSLContext tls;
        private final HeadBound head = new HeadBound();
        private volatile @Nullable Throwable handshakeFailure;

        /**
         * Creates a route that has no connection yet.
         *
         * @param address where to; its host name is what the certificate must be for
         * @param tls whom to trust; {@code null} for a connection without TLS
         */
        Route(InetSocketAddress address, @Nullable SSLContext tls) {
            this.address = address;
            this.tls = tls;
        }

        InetSocketAddress address() {
            return address;
        }

        @Nullable
        SSLContext tls() {
            return tls;
        }

        /** Bounds the head of the answer that is read on its connection. */
        HeadBound head() {
            return head;
        }

        /**
         * Why its connection failed: the thread that writes may find only a closed connection, where the thread that reads
         * knows that the TLS handshake has failed, and why.
         */
        Throwable why(Throwable failure) {
            Throwable known = handshakeFailure;
            return known == null ? failure : known;
        }

        @Override
        public void handshakeFailed(Event event, Throwable failure) {
            handshakeFailure = failure;
        }
    }

    /** Begins to connect. */
    Link connect(Route route) {
        // Jetty's destination is a host with all its addresses; one for each connection lets the caller choose.
        return new Link(
                client,
                client.resolveDestination(new Origin(
                        scheme, host, route, new Origin.Protocol(List.of("http/1.1"), false), Transport.TCP_IP)),
                route);
    }

    static Route route(Map<String, Object> context) {
        Destination destination = (Destination) context.get(Destination.CONTEXT_KEY);
        return (Route) destination.getOrigin().getTag();
    }

    /** Returns a GET; without a token one that nothing authorizes. */
    Request newRequest(URI uri, @Nullable String token) {
        return client.newRequest(uri)
                // The caller has a bound, and may wait for longer than an idle connection is kept.
                .idleTimeout(0, TimeUnit.NANOSECONDS)
                .headers(fields -> fields.add("Accept", ACCEPT)
                        .add("Authorization", token == null ? null : "Bearer " + token)
                        .add("User-Agent", "kube-oidc-gateway"));
    }

    /** Closes all connections. */
    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has each connection count what is read of it, and say why it has no TLS. */
    private static final class BoundedConnector extends ClientConnector {
        @Override
        protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return new BoundedEndPoint((SocketChannel) channel, selector, key, getScheduler());
        }

        @Override
        protected Connection newConnection(EndPoint endPoint, Map<String, Object> context) throws IOException {
            Route route = route(context);
            ((BoundedEndPoint) endPoint).head = route.head();
            Connection connection = super.newConnection(endPoint, context);
            if (connection instanceof SslConnection tls) {
                tls.addHandshakeListener(route);
            }
            return connection;
        }
    }

    private static final class BoundedEndPoint extends SocketChannelEndPoint {
        private volatile @Nullable HeadBound head;

        BoundedEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            int read = super.fill(buffer);
            if (head != null) {
                head.onRead(read);
            }
            return read;
        }
    }

    /** The caller's timer, on which nothing of Jetty's runs. */
    private static final class SharedTimer extends AbstractLifeCycle implements Scheduler {
        private final ScheduledExecutorService timer;
        private final ExecutorService executor;

        SharedTimer(ScheduledExecutorService timer, ExecutorService executor) {
            this.timer = timer;
            this.executor = executor;
        }

        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            Future<?> future = timer.schedule(() -> executor.execute(task), delay, unit);
            return () -> future.cancel(false);
        }
    }
}
