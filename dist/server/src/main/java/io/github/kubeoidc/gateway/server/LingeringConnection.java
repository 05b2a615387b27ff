// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Takes the place of an HTTP connection whose parser has refused a request, once the answer is sent, and reads on until the
 * client ends: {@link ClientEndPoint} discards what comes. Jetty's own would go on with two threads at once, and then close.
 */
final class LingeringConnection extends AbstractConnection implements Connection.UpgradeTo {
    private static final int BUFFER_BYTES = 2 * 1024;

    LingeringConnection(ClientEndPoint client, Executor executor) {
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
        } catch (java.io.IOException e) {
            getEndPoint().close(new EofException(e));
        }
    }
}
