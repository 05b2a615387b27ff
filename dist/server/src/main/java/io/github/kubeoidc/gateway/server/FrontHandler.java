// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.web.RequestLine;
import io.github.kubeoidc.gateway.web.TraceParent;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Decides, before the web application sees a request, whether it has too many fields and whether its connection goes on. It
 * runs on the selectors' threads, which saves waking another thread for each request: a handler behind it must not block.
 */
final class FrontHandler extends Handler.Wrapper {
    static final int MAX_FIELDS = 100;

    /** For each answer over TLS (RFC 6797, section 7.1). */
    static final HttpField STRICT_TRANSPORT =
            new PreEncodedHttpField(HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000");

    private final Consumer<RequestLine> log;

    /**
     * Creates a handler in front of the web application.
     *
     * @param log is told of each request that is answered here, which the web application cannot log
     */
    FrontHandler(Handler handler, Consumer<RequestLine> log) {
        super(handler);
        this.log = log;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        ClientEndPoint client = ClientEndPoint.of(connection.getEndPoint());
        HttpFields fields = request.getHeaders();
        client.request().onHead(fields.size());
        // Before anything can fail: it tells the client that the request has ended.
        request.addHttpStreamWrapper(stream -> new AnswerStream(stream, request, client));
        boolean hasBody = request.getLength() > 0 || fields.contains(HttpHeader.TRANSFER_ENCODING);
        // What has been read along with the request is discarded, its body or the next one: a body is never used, and
        // pipelining gains nothing (RFC 9112, section 9.3.2). Jetty leaves a connection open after CONNECT.
        boolean hasMore;
        try {
            hasMore = ((Connection.UpgradeFrom) connection).onUpgradeFrom() != null;
        } catch (NullPointerException e) {
            // Jetty's, where another thread closes the connection meanwhile.
            callback.failed(new EofException(e));
            return true;
        }
        hasMore |= client.progress().hasMore();
        if (hasBody || hasMore) {
            client.progress().onInputKept();
        }
        if (hasBody || hasMore || HttpMethod.CONNECT.is(request.getMethod())) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        if (client.progress().speaksTls()) {
            response.getHeaders().put(STRICT_TRANSPORT);
        }
        if (!isHttp(request.getHttpURI())) {
            refuse(request, response, callback, HttpStatus.BAD_REQUEST_400);
        } else if (fields.size() > MAX_FIELDS) {
            refuse(request, response, callback, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
        } else if (isNoPath(request) || !super.handle(request, response, callback)) {
            refuse(request, response, callback, HttpStatus.NOT_FOUND_404);
        } else if (!response.isCommitted()) {
            client.requestWaits();
        }
        return true;
    }

    /** Answers in place of the web application, which would have logged the request. */
    private void refuse(Request request, Response response, Callback callback, int status) {
        String path = isNoPath(request) ? "*" : request.getHttpURI().getPath();
        long duration = System.nanoTime() - request.getBeginNanoTime();
        String traceparent = TraceParent.only(request.getHeaders().getValues(TraceParent.FIELD));
        log.accept(new RequestLine(request.getMethod(), path, status, false, duration, traceparent));
        Response.writeError(request, response, callback, status);
    }

    /** {@code OPTIONS *}, or nothing before a query. The web application's container would send a client elsewhere. */
    private static boolean isNoPath(Request request) {
        return Request.getPathInContext(request).isEmpty();
    }

    /** An absolute target has the scheme of HTTP (RFC 9110, section 4.2). */
    private static boolean isHttp(HttpURI target) {
        return HttpScheme.HTTP.is(target.getScheme()) || HttpScheme.HTTPS.is(target.getScheme());
    }

    /**
     * Corrects what Jetty does after all handlers. It waits where a send is cancelled; it gives a 304
     * {@code Content-Length: 0}, which would say that the 200 is empty (RFC 9110, section 8.6); it closes after the last
     * answer instead of lingering; and its HTTP connections keep buffers as large as the largest head that each has read, so that
     * another one takes the place of one that has read a large one.
     */
    private static final class AnswerStream extends HttpStream.Wrapper {
        private final Request request;
        private final ClientEndPoint client;
        private final RequestEnd end;
        private volatile boolean lingers;
        private volatile boolean isReplaced;

        AnswerStream(HttpStream stream, Request request, ClientEndPoint client) {
            super(stream);
            this.request = request;
            this.client = client;
            this.end = new RequestEnd(client);
        }

        @Override
        public void send(
                MetaData.Request head, MetaData.Response response, boolean last, ByteBuffer content, Callback then) {
            MetaData.Response sending = response;
            if (response != null && response.getStatus() == HttpStatus.NOT_MODIFIED_304) {
                HttpFields fields = HttpFields.build(response.getHttpFields()).remove(HttpHeader.CONTENT_LENGTH);
                sending = new MetaData.Response(response.getStatus(), null, response.getHttpVersion(), fields);
            }
            super.send(head, sending, last, content, last ? lastOf(then) : then);
        }

        private Callback lastOf(Callback then) {
            Runnable onSent = () -> {
                chooseNextConnection();
                then.succeeded();
            };
            return Callback.from(then.getInvocationType(), onSent, then::failed);
        }

        private void chooseNextConnection() {
            ConnectionMetaData connection = request.getConnectionMetaData();
            EndPoint http = connection.getConnection().getEndPoint();
            Connector connector = connection.getConnector();
            if (!connection.isPersistent()) {
                lingers = true;
                replace(new LingeringConnection(http, connector.getExecutor(), connector.getByteBufferPool()));
            } else if (client.request().isHeadLarge()) {
                Connection next = connector
                        .getConnectionFactory(HttpConnectionFactory.class)
                        .newConnection(connector, http);
                next.addEventListener(end);
                replace(next);
            }
        }

        private void replace(Connection next) {
            isReplaced = true;
            request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, next);
        }

        /** Jetty's waits for the send to end, without a bound: on a selector's thread, that would stop all its connections. */
        @Override
        public Runnable cancelSend(Throwable cause, Callback then) {
            return () -> {
                // First, so that nothing of the buffers is sent after they are given back.
                client.close(cause);
                then.failed(cause);
            };
        }

        @Override
        public void succeeded() {
            if (isReplaced) {
                // Only then: an end point that is closed would be forgotten before Jetty upgrades it.
                try {
                    super.succeeded();
                } finally {
                    end.endRequest();
                    client.forgetIfClosed();
                }
            } else {
                client.request().onEnd();
                super.succeeded();
            }
        }

        @Override
        public void failed(Throwable failure) {
            if (lingers) {
                // For Jetty it is a failure that a body has not been read.
                succeeded();
            } else {
                client.request().onEnd();
                super.failed(failure);
            }
        }
    }
}
