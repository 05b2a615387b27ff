// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 11: {@code check --public-url}. */
class CheckPublicUrlTest extends SetUp {
    @Test
    void thePublicUrlIsLookedAtFromOutside() throws Exception {
        String url = upstream.environment.get("UPSTREAM_HOST");
        assertThat(check(0, "--public-url", url, "--public-ca", ca().toString()))
                .contains("ok    public URL TLS: TLSv1.3", "ok    public URL TLSv1.2: TLSv1.2")
                .contains("ok    public URL /openid/v1/jwks: 200, valid")
                .contains("content: what this configuration serves, written in another way")
                // The stand-in is no gateway.
                .contains("headers: Cache-Control is missing, without a max-age; ETag is missing, not a strong one");
        assertThat(check(1, "--public-url", url))
                .contains("FAIL  public URL TLS: certificate not trusted by the public trust store, its issuer is CN=");
    }

    // 10.1 and 10.2; an issuer with a path ends with the prefix, and is what an operator may give.
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/clusters/a", "/clusters/a/"})
    void thePublicUrlIsLookedAtBelowThePathPrefix(String path) throws Exception {
        upstream.environment.put("PATH_PREFIX", "/clusters/a");
        upstream.environment.put("JWKS_URI", ISSUER + "/published");
        upstream.environment.put(
                "DISCOVERY_EXTRA_MEMBERS", "{\"authorization_endpoint\":\"" + ISSUER + "/authorize\"}");
        publish(
                "/clusters/a" + StandIn.DISCOVERY,
                ("{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/published\",\"subject_types_supported\":[\"public\"],"
                                + "\"authorization_endpoint\":\"%1$s/authorize\"}")
                        .formatted(ISSUER));
        publish("/clusters/a" + StandIn.JWKS, upstream.bodies.get(StandIn.JWKS));
        String url = upstream.environment.get("UPSTREAM_HOST") + path;
        assertThat(check(0, "--public-url", url, "--public-ca", ca().toString()))
                .contains(StandIn.DISCOVERY + " content: what this configuration serves, written in another way")
                .contains(StandIn.JWKS + " content: what this configuration serves, written in another way");
    }
}
