// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 10.1: "In a WAR the context path does this", also one that a URL has otherwise than the container. */
class ContextPathTest {
    @ParameterizedTest
    @CsvSource({
        "/openid/v1/jwks, '', /openid/v1/jwks",
        "/a/openid/v1/jwks, /a, /openid/v1/jwks",
        // As Tomcat tells it, and as Jetty does.
        "/a%20b/openid/v1/jwks, /a b, /openid/v1/jwks",
        "/a%20b/openid/v1/jwks, /a%20b, /openid/v1/jwks",
        "/%C3%A9/openid/v1/jwks, /é, /openid/v1/jwks",
        // 1.3: character for character
        "/%61/openid/v1/jwks, /a, /%61/openid/v1/jwks",
        "/%c3%a9/openid/v1/jwks, /é, /%c3%a9/openid/v1/jwks"
    })
    void theRawPathBelowTheContextCounts(String path, String context, String below) {
        assertThat(GatewayServlet.pathInContext(path, context)).isEqualTo(below);
    }
}
