// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * Corrects what Jetty does after all handlers. It waits where a send is cancelled; it gives a 304
 * {@code Content-Length: 0}, which would say that the 200 is empty (RFC 9110, section 8.6); it closes after the last
 * answer instead of lingering; and its HTTP connections keep buffers as large as the largest head that each has read, so that
 * another one takes the place of one that has read a large one.
 */
final class AnswerStream extends HttpStream.Wrapper implements Connection.Listener {
    private final Request request;
    private final ClientEndPoint client;
    private volatile boolean lingers;
    private volatile boolean isReplaced;
    private boolean ended;

    AnswerStream(HttpStream stream, Request request, ClientEndPoint client) {
        super(stream);
        this.request = request;
        this.client = client;
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
            Connection next =
                    connector.getConnectionFactory(HttpConnectionFactory.class).newConnection(connector, http);
            next.addEventListener(this);
            replace(next);
        }
    }

    private void replace(Connection next) {
        isReplaced = true;
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, next);
    }

    /**
     * The HTTP connection that reads the next request is in place, and does not read yet: the moment to end this one. A client
     * that is closed after the end is forgotten, and Jetty could not put the connection in place; and the end of this request
     * must not be taken for that of the next one.
     */
    @Override
    public void onOpened(Connection next) {
        next.removeEventListener(this);
        end();
    }

    /** Ends the request, once. The thread that puts another connection in place calls it. */
    private void end() {
        if (!ended) {
            ended = true;
            client.request().onEnd();
        }
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
                end();
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
