// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;

/**
 * An {@code Upgrade} that no {@code Connection} names, as the JDK's client sends behind a proxy that takes {@code Connection}
 * off. It is to be ignored (RFC 9110, section 7.8), but Jetty refuses it before any handler is asked and has no setting for
 * that. So the request is given to a new HTTP connection on the same end point once more, without the field.
 */
final class LoneUpgrade {
    /** Jetty's words, which alone tell this refusal from others. */
    private static final String REFUSAL = "Invalid h2c upgrade headers";

    private LoneUpgrade() {}

    /** Whether this is why Jetty refused the request. */
    static boolean isRefusalOf(Request request) {
        return request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException refusal
                && REFUSAL.equals(refusal.getReason());
    }

    /** Has the request answered after all; returns {@code false} where it is too large for that. */
    static boolean ignore(Request request, int maxBytes) {
        StringBuilder head = new StringBuilder(request.getMethod())
                .append(' ')
                .append(request.getHttpURI().getPathQuery())
                .append(" HTTP/1.1\r\n");
        HttpFields.build(request.getHeaders())
                .remove(HttpHeader.UPGRADE)
                .forEach(field -> head.append(field.getName())
                        .append(": ")
                        .append(field.getValue() == null ? "" : field.getValue())
                        .append("\r\n"));
        byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > maxBytes) {
            return false;
        }
        Connector connector = request.getConnectionMetaData().getConnector();
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        Connection anew = connector.getDefaultConnectionFactory().newConnection(connector, endPoint);
        ((Connection.UpgradeTo) anew).onUpgradeTo(ByteBuffer.wrap(bytes));
        endPoint.upgrade(anew);
        return true;
    }
}
