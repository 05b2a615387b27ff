// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SelectorManager;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: a client that closes wakes no other thread than the one that has read that. */
class LingeringConnectionTest {
    private static final int CONNECTIONS = 40;

    @Test
    void theThreadThatOpensAConnectionEndsItToo() throws Exception {
        Set<Thread> opening = ConcurrentHashMap.newKeySet();
        Set<Thread> ending = ConcurrentHashMap.newKeySet();
        AtomicInteger ended = new AtomicInteger();
        try (FrontDoor door = new FrontDoor(100, Long.MAX_VALUE)) {
            door.connector.addEventListener(new Connection.Listener() {
                @Override
                public void onOpened(Connection connection) {
                    opening.add(Thread.currentThread());
                }
            });
            door.connector.getSelectorManager().addEventListener(new SelectorManager.AcceptListener() {
                @Override
                public void onClosed(SelectableChannel channel) {
                    ending.add(Thread.currentThread());
                    ended.incrementAndGet();
                }
            });

            for (int i = 0; i < CONNECTIONS; i++) {
                try (Wire client = door.newWire().send("GET / HTTP/1.1\nHost: a\nConnection: close\n\n")) {
                    assertThat(client.readToEnd()).startsWith("HTTP/1.1 200");
                }
            }
            FrontDoor.await(() -> ended.get() == CONNECTIONS);
        }

        assertThat(opening).containsAll(ending);
    }
}
