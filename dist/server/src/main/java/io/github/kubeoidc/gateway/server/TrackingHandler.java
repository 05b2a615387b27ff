// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Wraps the handler of all requests, so that connections know when a request begins and ends. The handler must not block: it
 * runs on the selectors' threads, which saves waking another for each request.
 */
final class TrackingHandler extends Handler.Wrapper {
    private final Executor pipelined;

    /**
     * Creates it.
     *
     * @param handler handles the requests
     * @param pipelined executes those that a client sent without waiting for the answer to the one before
     */
    TrackingHandler(Handler handler, Executor pipelined) {
        super(handler);
        this.pipelined = pipelined;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        BoundedEndPoint endPoint = (BoundedEndPoint)
                request.getConnectionMetaData().getConnection().getEndPoint();
        boolean isPipelined = endPoint.requestBegins(request);
        Callback tracking = new Tracking(endPoint, callback);
        if (endPoint.isGreedy()) {
            Response.writeError(request, response, tracking, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
            return true;
        }
        if (HttpMethod.CONNECT.is(request.getMethod())) {
            // Jetty leaves such a connection open, whatever the client says of it.
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        if (request.getHeaders().contains(HttpHeader.IF_NONE_MATCH)) {
            request.addHttpStreamWrapper(NotModifiedStream::new);
        }
        if (!isPipelined) {
            return super.handle(request, response, tracking);
        }
        // A read holds dozens of small requests, which would keep the selector's thread from whoever comes with one.
        pipelined.execute(() -> handleLater(request, response, tracking));
        return true;
    }

    private void handleLater(Request request, Response response, Callback tracking) {
        try {
            if (!super.handle(request, response, tracking)) {
                Response.writeError(request, response, tracking, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            Response.writeError(request, response, tracking, e);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private static final class Tracking extends Callback.Nested {
        private final BoundedEndPoint endPoint;

        Tracking(BoundedEndPoint endPoint, Callback callback) {
            super(callback);
            this.endPoint = endPoint;
        }

        @Override
        public void succeeded() {
            endPoint.requestEnds();
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            endPoint.requestEnds();
            super.failed(failure);
        }
    }
}
