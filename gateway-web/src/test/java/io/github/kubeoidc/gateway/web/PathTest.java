// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1 and 1.3: which path is which. */
class PathTest {
    @AutoClose
    private final WebServer server = new WebServer();

    @ParameterizedTest
    @MethodSource("io.github.kubeoidc.gateway.standin.table.RequestTable#targets()")
    void aPathThatDiffersInOneCharacterIsNotFoundOrRefusedByTheParser(RequestRow row) throws Exception {
        Reply reply = server.get(row.name());
        if (row.statuses()[0] == 404) {
            reply.assertPlain(404, "Not Found");
        } else {
            assertThat(reply.status()).isIn(400, 404);
        }
        assertThat(server.asked).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.github.kubeoidc.gateway.standin.table.RequestTable#methods()")
    void anyMethodOnAnotherPathIsNotFound(String method) throws Exception {
        server.ask(method, "/openid/v1/keys", "").assertPlain(404, "Not Found");
    }

    @Test
    void headOnAnotherPathHasTheHeadersOfTheNotFoundAndNoBody() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("HEAD /a HTTP/1.1\nHost: a\n\n");
            Reply head = wire.readBodiless();
            assertThat(head.status()).isEqualTo(404);
            assertThat(head.header("Content-Length")).isEqualTo("10");
            head.assertPlainHeaders("Content-Length");
            assertThat(wire.send("GET /a HTTP/1.1\nHost: a\n\n").read().status())
                    .isEqualTo(404);
        }
    }

    /** CONTRACT 12: what holds "unchanged below the context path". Tomcat tells that path as the client wrote it. */
    @ParameterizedTest
    @CsvSource({
        "/clusters/a, 200",
        "/clusters/a;x=1, 404",
        "/clusters;y/a, 404",
        "/%63lusters/a, 404",
        "/clusters/./a, 404",
        "/x/../clusters/a, 404"
    })
    void theContextPathCountsCharacterForCharacterToo(String written, int status) throws Exception {
        try (WebServer below = new WebServer("/clusters/a")) {
            below.wrapping = request -> new HttpServletRequestWrapper(request) {
                @Override
                public String getContextPath() {
                    return written;
                }
            };
            assertThat(below.get(written + WebServer.JWKS).status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://gateway/openid/v1/jwks, 200",
        "http://gateway/openid/v1/jwks?a=b, 200",
        "HTTP://GATEWAY/openid/v1/jwks, 200",
        "https://gateway/openid/v1/jwks, 200",
        "http://gateway/openid/v1/jwks/, 404",
        "http://gateway/, 404",
        "http://gateway, 404"
    })
    void theAbsoluteFormCountsByItsPath(String target, int status) throws Exception {
        assertThat(server.get(target).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @MethodSource("io.github.kubeoidc.gateway.standin.table.RequestTable#methods()")
    void anotherMethodOnAKnownPathIsNotAllowed(String method) throws Exception {
        for (String path : new String[] {WebServer.DISCOVERY, WebServer.JWKS, "/healthz", "/readyz"}) {
            Reply reply = server.ask(method, path, "");
            assertThat(reply.status()).isEqualTo(405);
            assertThat(reply.body()).isEqualTo("Method Not Allowed\n");
            assertThat(reply.header("Allow")).isEqualTo("GET, HEAD");
            reply.assertPlainHeaders("Allow", "Content-Length");
        }
        assertThat(server.asked).isEmpty();
    }

    /** CONTRACT 12: below the context path everything holds unchanged. */
    @Test
    void theContextPathIsLeftOut() throws Exception {
        try (WebServer below = new WebServer("/clusters/a")) {
            assertThat(below.get("/clusters/a" + WebServer.JWKS).body()).isEqualTo(WebServer.JWKS_BODY);
            assertThat(below.get("/clusters/a" + WebServer.DISCOVERY).body()).isEqualTo(WebServer.DISCOVERY_BODY);
            below.get("/clusters/a/healthz").assertPlain(200, "OK");
            for (String other : List.of(
                    "/clusters/a" + WebServer.JWKS, WebServer.JWKS + "/", "/", "/openid/v1/jwk%73", "/healthz;a")) {
                below.get("/clusters/a" + other).assertPlain(404, "Not Found");
            }
        }
    }

    /** CONTRACT 10.1: the documents are below the prefix "and no longer at the root; health stays at the root". */
    @Test
    void aPathPrefixMovesTheDocumentsAndNothingElse() throws Exception {
        try (WebServer prefixed = WebServer.withPrefix("/clusters/a")) {
            assertThat(prefixed.get("/clusters/a" + WebServer.JWKS).body()).isEqualTo(WebServer.JWKS_BODY);
            assertThat(prefixed.get("/clusters/a" + WebServer.DISCOVERY + "?q").body())
                    .isEqualTo(WebServer.DISCOVERY_BODY);
            prefixed.get("/healthz").assertPlain(200, "OK");
            prefixed.get("/readyz").assertPlain(200, "OK");
            assertThat(prefixed.asked).containsExactly("JWKS", "DISCOVERY", "health", "health");
        }
    }

    /** CONTRACT 1.3 and 10.1: below a prefix too a path counts character for character. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                WebServer.JWKS,
                WebServer.DISCOVERY,
                "/clusters/a",
                "/clusters/a/",
                "/clusters/a/openid/v1/jwks/",
                "/clusters/A/openid/v1/jwks",
                "/clusters/%61/openid/v1/jwks",
                "/clusters/a/./openid/v1/jwks",
                "/clusters/a;x/openid/v1/jwks",
                "/clusters/b/openid/v1/jwks",
                "/clusters/aa/openid/v1/jwks",
                "/clusters/a/clusters/a/openid/v1/jwks",
                "/clusters/a/healthz",
                "/clusters/a/readyz"
            })
    void whatIsNotBelowThePrefixCharacterForCharacterIsNotFound(String target) throws Exception {
        try (WebServer prefixed = WebServer.withPrefix("/clusters/a")) {
            prefixed.get(target).assertPlain(404, "Not Found");
            prefixed.ask("POST", target, "").assertPlain(404, "Not Found");
            assertThat(prefixed.asked).isEmpty();
        }
    }
}
