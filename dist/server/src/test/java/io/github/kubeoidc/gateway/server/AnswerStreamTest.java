// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.AbstractConnection;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: what a request holds is given back with its end, and that of the next one is not. */
class AnswerStreamTest {
    @Test
    void aRequestEndsOnceWhereTheNextConnectionIsOpened() throws Exception {
        try (SocketChannel channel = SocketChannel.open()) {
            ClientEndPoint client = new ClientEndPoint(channel, null, null, null, bytes -> {}, System::nanoTime);
            AbstractConnection next = new AbstractConnection(client, Runnable::run) {
                @Override
                public void onFillable() {
                    throw new AssertionError("nothing reads");
                }
            };
            AnswerStream answer = new AnswerStream(null, null, client);
            next.addEventListener(answer);
            client.request().onHead(0);
            assertThat(client.request().isAnswering()).isTrue();
            next.onOpen();
            assertThat(client.request().isAnswering()).isFalse();

            client.request().onHead(0);
            next.onOpen();
            answer.onOpened(next);
            assertThat(client.request().isAnswering()).isTrue();
        }
    }
}
