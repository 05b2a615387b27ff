// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.1, 1.7 and 1.8: what Jetty is told. What becomes of it is in {@link GatewayServerTest}. */
class HttpSettingsTest {
    private final HttpConnectionFactory http = HttpSettings.connectionFactory();
    private final HttpConfiguration settings = http.getHttpConfiguration();

    /** "no `Server`" */
    @Test
    void theProductIsNotNamed() {
        assertThat(settings.getSendServerVersion()).isFalse();
    }

    /** "A request's head is at most 8 KiB", and what a connection costs is bounded. */
    @Test
    void aConnectionHasSmallBuffersAndRemembersNoFields() {
        assertThat(http.getInputBufferSize()).isEqualTo(2048);
        assertThat(settings.getRequestHeaderSize()).isEqualTo(8192);
        assertThat(settings.getResponseHeaderSize()).isEqualTo(1024);
        assertThat(settings.getHeaderCacheSize()).isZero();
        assertThat(settings.isUseOutputDirectByteBuffers()).isFalse();
    }

    /** "Four things that lenient parsers forgive": none is, and of the rest one alone (CONTRACT 1.3). */
    @Test
    void nothingIsForgivenButAnotherHost() {
        assertThat(settings.getHttpCompliance().getAllowed())
                .containsExactly(HttpCompliance.Violation.MISMATCHED_AUTHORITY);
        assertThat(settings.isNotifyForbiddenComplianceViolations()).isTrue();
    }
}
