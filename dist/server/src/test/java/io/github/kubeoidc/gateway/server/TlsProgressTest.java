// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: what a handshake and records that are not complete hold is told by their state alone. */
class TlsProgressTest {
    private static final long RECORD = 19 * 1024;
    private static final long HANDSHAKE = 12 * 1024;

    // The connection is asked for nothing here.
    private final TlsProgress tls = new TlsProgress(null);

    @Test
    void aConnectionThatSaysNothingHoldsNothing() {
        assertThat(tls.isHandshaking()).isFalse();
        assertThat(tls.isHandshaken()).isFalse();
        assertThat(tls.hasRecords()).isFalse();
        assertThat(tls.heap(false)).isZero();
    }

    @Test
    void aHandshakeHoldsMoreWithEachByteUntilItIsComplete() {
        tls.onRead(10);
        tls.onRead(20);
        assertThat(tls.isHandshaking()).isTrue();
        assertThat(tls.heap(false)).isEqualTo(RECORD + HANDSHAKE);
        tls.onDecrypted(0);
        tls.onHandshakeBytes(30);
        assertThat(tls.heap(false)).isEqualTo(HANDSHAKE + 30 * 17);

        tls.onHandshaken();
        assertThat(tls.isHandshaken()).isTrue();
        assertThat(tls.isHandshaking()).isFalse();
        assertThat(tls.heap(false)).isZero();
    }

    @Test
    void afterwardsARecordHoldsItsBufferUntilItIsDecryptedAndSoDoesAnAnswer() {
        tls.onHandshaken();
        tls.onRead(1);
        assertThat(tls.isHandshaking()).isFalse();
        assertThat(tls.hasRecords()).isTrue();
        assertThat(tls.heap(false)).isEqualTo(RECORD);
        tls.onDecrypted(0);
        assertThat(tls.hasRecords()).isFalse();
        assertThat(tls.heap(false)).isZero();
        assertThat(tls.heap(true)).isEqualTo(RECORD);
    }
}
