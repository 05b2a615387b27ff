// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 1.6: a request body is never read. */
class RequestBodyTest {
    @AutoClose
    private final WebServer server = new WebServer();

    @ParameterizedTest
    @CsvSource({
        "GET, /openid/v1/jwks, 200",
        "GET, /.well-known/openid-configuration, 200",
        "GET, /healthz, 200",
        "POST, /openid/v1/jwks, 405",
        "POST, /a, 404"
    })
    void aRequestWithABodyIsAnsweredAndTheConnectionClosed(String method, String path, int status) throws Exception {
        for (String body : new String[] {
            "Content-Length: 2\n\n{}", "Content-Length: 1\n\nx", "Transfer-Encoding: chunked\n\n2\n{}\n0\n\n"
        }) {
            assertAnsweredAndClosed(method, path, body, status);
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 1000000", "Transfer-Encoding: chunked"})
    void nobodyWaitsForABody(String field) throws Exception {
        assertAnsweredAndClosed("GET", WebServer.JWKS, field + "\n\n", 200);
    }

    @Test
    void whatFollowsABodyIsNoRequest() throws Exception {
        String next = "GET /healthz HTTP/1.1\nHost: a\n\n";
        assertAnsweredAndClosed("GET", WebServer.JWKS, "Content-Length: 2\n\n{}" + next, 200);
    }

    @Test
    void anEmptyBodyIsNone() throws Exception {
        try (Wire wire = server.connect()) {
            for (int i = 0; i < 2; i++) {
                wire.send("GET " + WebServer.JWKS + " HTTP/1.1\nHost: a\nContent-Length: 0\n\n");
                assertThat(wire.read().headers()).doesNotContainKey("Connection");
            }
        }
    }

    private void assertAnsweredAndClosed(String method, String path, String rest, int status) throws Exception {
        try (Wire wire = server.connect()) {
            Reply reply = wire.send(method + " " + path + " HTTP/1.1\nHost: a\n" + rest)
                    .read();
            WebServer.assertLast(wire, reply, status);
        }
    }
}
