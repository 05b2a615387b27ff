// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;

/**
 * Takes {@code Content-Length: 0} off a 304, where it would say that the 200 is empty (RFC 9110, section 8.6). Jetty adds it
 * to every answer that ends without content, after all handlers.
 */
final class NotModifiedStream extends HttpStream.Wrapper {
    NotModifiedStream(HttpStream stream) {
        super(stream);
    }

    @Override
    public void send(
            MetaData.Request request, MetaData.Response response, boolean last, ByteBuffer content, Callback callback) {
        super.send(request, response == null ? null : withoutLength(response), last, content, callback);
    }

    private static MetaData.Response withoutLength(MetaData.Response response) {
        if (response.getStatus() != HttpStatus.NOT_MODIFIED_304) {
            return response;
        }
        HttpFields.Mutable fields = HttpFields.build(response.getHttpFields()).remove(HttpHeader.CONTENT_LENGTH);
        return new MetaData.Response(
                response.getStatus(), response.getReason(), response.getHttpVersion(), fields.asImmutable());
    }
}
