// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What a client that closes costs its selector. */
class ClosedKeyTest {
    /** Jetty would throw and catch an exception for each client that closes: a key that was cancelled cannot be changed. */
    @Test
    void theKeyOfAConnectionThatIsClosedIsNotChanged() throws IOException {
        AtomicInteger changes = new AtomicInteger();
        SelectionKey key = new ReadableKey(changes);
        ClientEndPoint selected = new ClientEndPoint(SocketChannel.open(), null, key, null, bytes -> {}, () -> 0);
        selected.onSelected();
        selected.fillInterested(Callback.NOOP);
        selected.updateKey();
        assertThat(changes).hasValue(1);
        selected.onSelected();
        selected.close();
        selected.updateKey();
        assertThat(changes).hasValue(1);
    }

    private static final class ReadableKey extends SelectionKey {
        private final AtomicInteger changes;

        ReadableKey(AtomicInteger changes) {
            this.changes = changes;
        }

        @Override
        public SelectableChannel channel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Selector selector() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void cancel() {}

        @Override
        public int interestOps() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SelectionKey interestOps(int operations) {
            changes.incrementAndGet();
            return this;
        }

        @Override
        public int readyOps() {
            return OP_READ;
        }
    }
}
