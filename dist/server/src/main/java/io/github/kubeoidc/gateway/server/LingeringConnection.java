// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Takes the place of an HTTP connection whose last answer is sent, and reads until the client ends: its end point discards
 * what comes (RFC 9112, section 9.6). Jetty's own closes with the second read, whatever is unread.
 */
final class LingeringConnection extends AbstractConnection implements Connection.UpgradeTo {
    private static final int BUFFER_BYTES = 4 * 1024;

    LingeringConnection(EndPoint client, Executor executor) {
        super(client, executor);
    }

    @Override
    public void onUpgradeTo(ByteBuffer unread) {
        BufferUtil.clear(unread);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        fillInterested();
    }

    @Override
    public void onFillable() {
        try {
            if (getEndPoint().fill(BufferUtil.allocate(BUFFER_BYTES)) < 0) {
                close();
            } else {
                fillInterested();
            }
        } catch (IOException e) {
            getEndPoint().close(e);
        }
    }
}
