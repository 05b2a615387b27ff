// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;

/** A request that Jetty refuses, for whose client another HTTP connection then reads on: Jetty's own ends with a close. */
record RefusedRequest(Request request) {
    /** Jetty's words, which alone tell this refusal from others. */
    private static final String LONE_UPGRADE = "Invalid h2c upgrade headers";

    private static final int LAST_ASCII = 0x7f;

    private EndPoint http() {
        return request.getConnectionMetaData().getConnection().getEndPoint();
    }

    private ClientEndPoint client() {
        return ClientEndPoint.of(http());
    }

    boolean isOverTls() {
        return client().progress().speaksTls();
    }

    /** Whether the parser refused it, before any handler was asked. */
    boolean isByParser() {
        return client().request().isReadingHead();
    }

    /** Whether its answer must have no body. */
    boolean isHead() {
        return HttpMethod.HEAD.is(request.getMethod())
                || isByParser() && client().request().isMethodHead();
    }

    /**
     * Whether it is refused for an {@code Upgrade} that no {@code Connection} names, as the JDK's client sends behind a proxy
     * that takes {@code Connection} off. That is to be ignored (RFC 9110, section 7.8), but Jetty has no setting for it. Not where
     * the request would be refused without it, too: what Jetty has made of its target is another one then.
     */
    boolean isForLoneUpgrade() {
        return isLoneUpgrade() && !hasTooManyFields() && isWhole(request.getHttpURI());
    }

    /** Whether it is refused for a lone {@code Upgrade}, and would be for its number of fields without. */
    boolean isForFields() {
        return isLoneUpgrade() && hasTooManyFields();
    }

    private boolean isLoneUpgrade() {
        return request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException refusal
                && LONE_UPGRADE.equals(refusal.getReason());
    }

    private boolean hasTooManyFields() {
        return request.getHeaders().size() > FrontHandler.MAX_FIELDS;
    }

    private static boolean isWhole(HttpURI target) {
        return target.getUser() == null
                && target.getFragment() == null
                && target.asString().chars().allMatch(c -> c <= LAST_ASCII);
    }

    /** Has the request handled anew, without its {@code Upgrade} field. */
    void handleAnew() {
        HttpURI uri = request.getHttpURI();
        HttpScheme own = isOverTls() ? HttpScheme.HTTPS : HttpScheme.HTTP;
        boolean isConnect = HttpMethod.CONNECT.is(request.getMethod());
        String target = isConnect ? uri.getAuthority() : own.is(uri.getScheme()) ? uri.getPathQuery() : uri.asString();
        String line = request.getMethod() + " " + target + " HTTP/1.1\r\n";
        HttpFields.Mutable fields = HttpFields.build(request.getHeaders());
        fields.remove(HttpHeader.UPGRADE);
        if (!client().request().isHeadAlone()) {
            // Jetty has dropped what was read along with the head: the body, or the next request.
            fields.put(HttpFields.CONNECTION_CLOSE);
        }
        byte[] head = (line + compact(fields)).getBytes(StandardCharsets.ISO_8859_1);
        Connector connector = request.getConnectionMetaData().getConnector();
        AbstractConnection other = (AbstractConnection)
                connector.getConnectionFactory(HttpConnectionFactory.class).newConnection(connector, http());
        other.setInputBufferSize(Math.max(head.length, HttpSettings.INPUT_BYTES));
        readOn(other, ByteBuffer.wrap(head));
    }

    /** Without the space after a colon, which not every client sends: else a head could become longer than it may be. */
    private static String compact(HttpFields fields) {
        StringBuilder text = new StringBuilder();
        for (HttpField field : fields) {
            text.append(field.getName())
                    .append(':')
                    .append(field.getValue() == null ? "" : field.getValue())
                    .append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    /** Has what the client still sends read, and so discarded. To be called once the answer is sent. */
    void linger() {
        readOn(
                new LingeringConnection(
                        http(),
                        request.getComponents().getExecutor(),
                        request.getComponents().getByteBufferPool()),
                BufferUtil.EMPTY_BUFFER);
    }

    /**
     * Has another connection read these bytes, and then on. {@link EndPoint#upgrade} would take the buffer of the one before, which its thread is
     * about to give back.
     */
    private void readOn(Connection other, ByteBuffer first) {
        // None where it has been closed since.
        if (client().getConnection() != null) {
            http().setConnection(other);
            ((Connection.UpgradeTo) other).onUpgradeTo(first);
            other.onOpen();
        }
    }
}
