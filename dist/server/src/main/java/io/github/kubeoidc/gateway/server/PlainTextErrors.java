// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.webapp.Refusals;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** The answers that Jetty gives by itself, its parser's above all: the status in words, and nothing that names Jetty. */
final class PlainTextErrors implements Request.Handler {
    private final Refusals refusals;

    PlainTextErrors(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        RefusedRequest refused = new RefusedRequest(request);
        if (refused.isForLoneUpgrade()) {
            refused.handleAnew();
            return true;
        }
        int status = refused.isForFields() ? HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 : response.getStatus();
        if (status == HttpStatus.UPGRADE_REQUIRED_426) {
            // Jetty sends it for HTTP/2.0 in a request line, and without the Upgrade field that it has to have
            // (RFC 9110, section 15.5.22).
            status = HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505;
        } else if (status == HttpStatus.URI_TOO_LONG_414 || status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431) {
            refusals.add(Reason.HEAD_TOO_LARGE);
        }
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        // A client that is refused may have sent a body, or something that a proxy in front understands in another way.
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        if (refused.isOverTls()) {
            response.getHeaders().put(FrontHandler.STRICT_TRANSPORT);
        }
        ByteBuffer content = BufferUtil.toBuffer(HttpStatus.getMessage(status) + "\n", StandardCharsets.US_ASCII);
        if (HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.remaining());
        }
        if (refused.isHead()) {
            content = BufferUtil.EMPTY_BUFFER;
        }
        response.write(
                true, content, refused.isByParser() ? Callback.from(refused::linger, callback::failed) : callback);
        return true;
    }
}
