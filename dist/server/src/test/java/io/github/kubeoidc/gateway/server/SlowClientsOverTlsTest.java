// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.time.Duration;

/** CONTRACT 1.6 and 1.7 over TLS. */
class SlowClientsOverTlsTest extends SlowClientsTest {
    @Override
    FrontDoor newDoor(Duration idleTimeout) throws Exception {
        return FrontDoor.secure(100, Long.MAX_VALUE, idleTimeout);
    }
}
