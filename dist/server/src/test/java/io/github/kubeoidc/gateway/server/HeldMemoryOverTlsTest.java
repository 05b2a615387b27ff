// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.time.Duration;

/** CONTRACT 1.7 over TLS, whose handshakes and records count too. */
class HeldMemoryOverTlsTest extends HeldMemoryTest {
    HeldMemoryOverTlsTest() {
        // A handshake for each.
        manyRequests = 1000;
        smallBound = 500_000;
    }

    @Override
    FrontDoor newDoor(long bound) throws Exception {
        return FrontDoor.secure(5000, bound, Duration.ofSeconds(75));
    }
}
