// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.6 over TLS, where a close begins with a notice (RFC 8446, section 6.1). */
class LingeringCloseOverTlsTest extends LingeringCloseTest {
    private static final int CLIENTS = 60;
    private static final int TRIES = 5;

    private FrontDoor door;

    @Override
    FrontDoor newDoor() throws Exception {
        door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75));
        return door;
    }

    /** CONTRACT 1.7: any number of connections may linger, so that none may keep what TLS has read for it. */
    @ParameterizedTest
    @ValueSource(ints = {100, 16_000, 20_000, 40_000})
    void aConnectionThatLingersHoldsNoBuffer(int sent) throws Exception {
        boolean gaveBack = false;
        for (int tries = 0; !gaveBack && tries < TRIES; tries++) {
            gaveBack = allLingerWithoutBuffers(sent);
        }
        assertThat(gaveBack).isTrue();
    }

    /** On a busy machine the first ones may have been closed before the last ones linger. */
    private boolean allLingerWithoutBuffers(int sent) throws Exception {
        List<Wire> clients = door.connect(CLIENTS, "");
        for (Wire client : clients) {
            client.send("POST / HTTP/1.1\nHost: a\nContent-Length: 2000000\n\n" + "x".repeat(sent));
        }
        for (Wire client : clients) {
            assertThat(client.read().status()).isEqualTo(200);
        }
        FrontDoor.await(() -> buffers() == 0 && door.held() == 0 || door.open() < CLIENTS);
        boolean allLinger = door.open() == CLIENTS;
        for (Wire client : clients) {
            client.close();
        }
        FrontDoor.await(() -> door.open() == 0);
        return allLinger;
    }

    private long buffers() {
        ArrayByteBufferPool pool = (ArrayByteBufferPool) door.connector.getByteBufferPool();
        return pool.getHeapByteBufferCount() - pool.getAvailableHeapByteBufferCount();
    }
}
