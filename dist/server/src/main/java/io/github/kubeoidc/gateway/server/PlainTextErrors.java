// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.server.Refusals.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** The answers that Jetty gives by itself, its parser's above all: the words of the status, and nothing of Jetty. */
final class PlainTextErrors implements Request.Handler {
    private final Refusals refusals;

    PlainTextErrors(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (LoneUpgrade.isRefusalOf(request) && LoneUpgrade.ignore(request, GatewayServer.INPUT_BYTES)) {
            return true;
        }
        if (status == HttpStatus.UPGRADE_REQUIRED_426) {
            // Jetty's for HTTP/2.0 in a request line, without the Upgrade that it has to have (RFC 9110, 15.5.22).
            status = HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505;
            response.setStatus(status);
        } else if (status == HttpStatus.URI_TOO_LONG_414 || status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431) {
            refusals.add(Reason.HEAD_TOO_LARGE);
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        // A client that is refused may have sent a body, or something that a proxy in front understands in another way.
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        byte[] words = (HttpStatus.getMessage(status) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer content = ByteBuffer.wrap(words);
        if (HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, words.length);
            content = BufferUtil.EMPTY_BUFFER;
        }
        Connection connection = request.getConnectionMetaData().getConnection();
        ClientEndPoint client = (ClientEndPoint) connection.getEndPoint();
        if (client.isReadingHead()) {
            // Never completed: the connection that would go on has another in its place.
            Executor executor = request.getComponents().getExecutor();
            callback = Callback.from(() -> client.upgrade(new LingeringConnection(client, executor)), callback::failed);
        }
        response.write(true, content, callback);
        return true;
    }
}
