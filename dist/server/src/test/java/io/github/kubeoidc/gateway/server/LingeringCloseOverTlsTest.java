// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.time.Duration;

/** CONTRACT 1.6 over TLS, where a close begins with a notice (RFC 8446, section 6.1). */
class LingeringCloseOverTlsTest extends LingeringCloseTest {
    @Override
    FrontDoor newDoor() throws Exception {
        return FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75));
    }
}
