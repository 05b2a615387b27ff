// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The answers that Jetty gives by itself, its parser's above all: the words of the status, and nothing of Jetty. */
final class PlainTextErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        // Whoever is refused may have sent a body, or something that a proxy in front understands in another way.
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        byte[] words = HttpStatus.getMessage(response.getStatus()).getBytes(StandardCharsets.US_ASCII);
        response.write(true, ByteBuffer.wrap(words), callback);
        return true;
    }
}
