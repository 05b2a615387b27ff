// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.server.Refusals.Reason;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What is decided of a request before the web application sees it: how many fields it may have, and whether its connection
 * goes on. It runs on the selectors' threads, which saves waking another for each request, so the handler behind it must not
 * block.
 */
final class FrontHandler extends Handler.Wrapper {
    static final int MAX_FIELDS = 100;

    private final Refusals refusals;

    FrontHandler(Handler handler, Refusals refusals) {
        super(handler);
        this.refusals = refusals;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        ClientEndPoint client = (ClientEndPoint) endPoint;
        HttpFields fields = request.getHeaders();
        client.requestBegins(fields.size());
        boolean hasBody = fields.contains(HttpHeader.TRANSFER_ENCODING) || request.getLength() > 0;
        boolean hasMore = discardRead(endPoint.getConnection());
        if (hasBody || hasMore || HttpMethod.CONNECT.is(request.getMethod())) {
            // A body is never read, and pipelining gains nothing (RFC 9112, section 9.3.2). Jetty leaves a connection
            // open after CONNECT, even if the client asks for its end.
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            request.addHttpStreamWrapper(LingeringStream::new);
            if (!hasBody) {
                refusals.add(Reason.PIPELINING);
            }
        }
        if (fields.contains(HttpHeader.IF_NONE_MATCH)) {
            request.addHttpStreamWrapper(NotModifiedStream::new);
        }
        if (!isHttp(request.getHttpURI())) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
        if (fields.size() > MAX_FIELDS) {
            Response.writeError(request, response, callback, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
            return true;
        }
        if (!super.handle(request, response, callback)) {
            Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
        } else if (!response.isCommitted()) {
            client.requestWaits();
        }
        return true;
    }

    /** An absolute target has the scheme of HTTP and a host (RFC 9110, section 4.2). */
    private static boolean isHttp(HttpURI target) {
        return (HttpScheme.HTTP.is(target.getScheme()) || HttpScheme.HTTPS.is(target.getScheme()))
                && (target.getHost() == null || !target.getHost().isEmpty());
    }

    /** Discards what was read along with the request, its body or the next one, and tells whether there was anything. */
    private static boolean discardRead(Connection connection) {
        return connection instanceof Connection.UpgradeFrom reading && reading.onUpgradeFrom() != null;
    }

    /** Lets a connection whose answer has been sent linger: Jetty closes it at once where a body has not been read. */
    private static final class LingeringStream extends HttpStream.Wrapper {
        private volatile boolean sent;

        LingeringStream(HttpStream stream) {
            super(stream);
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            Callback onSent = last ? Callback.from(() -> sent = true, callback) : callback;
            super.send(request, response, last, content, onSent);
        }

        @Override
        public void failed(Throwable failure) {
            if (sent) {
                succeeded();
            } else {
                super.failed(failure);
            }
        }
    }

    /**
     * Takes {@code Content-Length: 0} off a 304, where it would say that the 200 is empty (RFC 9110, section 8.6). Jetty adds
     * it to every answer that ends without content, after all handlers.
     */
    private static final class NotModifiedStream extends HttpStream.Wrapper {
        NotModifiedStream(HttpStream stream) {
            super(stream);
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            boolean notModified = response != null && response.getStatus() == HttpStatus.NOT_MODIFIED_304;
            super.send(request, notModified ? withoutLength(response) : response, last, content, callback);
        }

        private static MetaData.Response withoutLength(MetaData.Response response) {
            HttpFields.Mutable fields =
                    HttpFields.build(response.getHttpFields()).remove(HttpHeader.CONTENT_LENGTH);
            return new MetaData.Response(
                    response.getStatus(), response.getReason(), response.getHttpVersion(), fields.asImmutable());
        }
    }
}
