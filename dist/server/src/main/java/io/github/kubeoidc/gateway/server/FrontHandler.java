// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.web.RequestLine;
import io.github.kubeoidc.gateway.web.TraceParent;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
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
}
