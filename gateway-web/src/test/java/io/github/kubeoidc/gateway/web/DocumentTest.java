// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.1, 1.2, 1.5: what is answered on the documents' paths. */
class DocumentTest {
    private final WebServer server = new WebServer();

    DocumentTest() throws Exception {}

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void getSendsTheDiscoveryDocument() throws Exception {
        Reply reply = server.get(WebServer.DISCOVERY);

        assertThat(reply.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(reply.body()).isEqualTo(WebServer.DISCOVERY_BODY);
        assertDocumentHeaders(reply, WebServer.DISCOVERY_ETAG, WebServer.DISCOVERY_BODY);
        assertThat(server.asked).containsExactly("DISCOVERY");
    }

    @Test
    void getSendsTheKeySet() throws Exception {
        Reply reply = server.get(WebServer.JWKS);

        assertThat(reply.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(reply.body()).isEqualTo(WebServer.JWKS_BODY);
        assertDocumentHeaders(reply, WebServer.JWKS_ETAG, WebServer.JWKS_BODY);
        assertThat(server.asked).containsExactly("JWKS");
    }

    @Test
    void headSendsTheHeadersOfGetAndNoBody() throws Exception {
        try (Wire wire = server.connect()) {
            wire.send("HEAD " + WebServer.JWKS + " HTTP/1.1\nHost: a\n\n");
            Reply head = wire.readBodiless();
            wire.send("GET " + WebServer.JWKS + " HTTP/1.1\nHost: a\n\n");
            Reply get = wire.read();

            assertThat(head.statusLine()).isEqualTo(get.statusLine());
            assertDocumentHeaders(head, WebServer.JWKS_ETAG, WebServer.JWKS_BODY);
            assertThat(head.headers()).containsOnlyKeys(get.headers().keySet());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {WebServer.JWKS_ETAG, "W/" + WebServer.JWKS_ETAG, "*", "\"a\", " + WebServer.JWKS_ETAG})
    void aMatchingIfNoneMatchIsNotModified(String field) throws Exception {
        try (Wire wire = server.connect()) {
            for (String method : new String[] {"GET", "HEAD"}) {
                wire.send(method + " " + WebServer.JWKS + " HTTP/1.1\nHost: a\nIf-None-Match: " + field + "\n\n");
                Reply reply = wire.readBodiless();

                assertThat(reply.statusLine()).isEqualTo("HTTP/1.1 304 Not Modified");
                assertThat(reply.headers())
                        .as(method)
                        .containsEntry("Cache-Control", "public, max-age=120")
                        .containsEntry("Expires", "Thu, 05 Mar 2026 06:09:08 GMT")
                        .containsEntry("ETag", WebServer.JWKS_ETAG)
                        .containsEntry("X-Content-Type-Options", "nosniff")
                        .containsEntry("Access-Control-Allow-Origin", "*")
                        .containsKey("Date")
                        .doesNotContainKey("Content-Type");
            }
        }
    }

    @Test
    void ifNoneMatchMayHaveSeveralLines() throws Exception {
        String lines = "If-None-Match: \"a\"\nIf-None-Match: " + WebServer.JWKS_ETAG + "\n";
        assertThat(server.ask("GET", WebServer.JWKS, lines).status()).isEqualTo(304);
    }

    @Test
    void anIfNoneMatchOfAnotherDocumentDoesNotMatch() throws Exception {
        Reply reply = server.ask("GET", WebServer.JWKS, "If-None-Match: " + WebServer.DISCOVERY_ETAG + "\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(WebServer.JWKS_BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: application/json",
                "Accept: text/html",
                "Accept: application/jwk-set+json;q=0, */*;q=0",
                "Accept: junk",
                "Accept-Charset: utf-16",
                "Accept-Encoding: gzip",
                "Accept-Encoding: identity;q=0",
                "Accept-Language: de",
                "Range: bytes=0-1",
                "If-Match: \"a\"",
                "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT",
                "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                "Origin: https://evil.example",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Proto: https",
                "X-HTTP-Method-Override: DELETE",
                "Forwarded: host=evil.example",
                "Cookie: JSESSIONID=a",
                "Cache-Control: no-cache",
                "Content-Length: 0"
            })
    void otherFieldsOfTheRequestAreIgnored(String field) throws Exception {
        Reply reply = server.ask("GET", WebServer.JWKS, field + "\n");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(WebServer.JWKS_BODY);
        assertDocumentHeaders(reply, WebServer.JWKS_ETAG, WebServer.JWKS_BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "?a=b", "?issuer=https://evil.example", "?a?b", "?%00"})
    void aQueryIsIgnored(String query) throws Exception {
        assertThat(server.get(WebServer.JWKS + query).body()).isEqualTo(WebServer.JWKS_BODY);
        assertThat(server.get(WebServer.DISCOVERY + query).body()).isEqualTo(WebServer.DISCOVERY_BODY);
    }

    /** CONTRACT 3.3: a stale document is a 200 as any other. */
    @ParameterizedTest
    @EnumSource(value = CacheStatus.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whereADocumentComesFromIsNotSeen(CacheStatus status) throws Exception {
        server.jwks =
                CompletableFuture.completedFuture(WebServer.answer(WebServer.JWKS_BODY, WebServer.JWKS_ETAG, status));
        Reply reply = server.get(WebServer.JWKS);
        assertThat(reply.status()).isEqualTo(200);
        assertDocumentHeaders(reply, WebServer.JWKS_ETAG, WebServer.JWKS_BODY);
    }

    @ParameterizedTest
    @CsvSource({WebServer.DISCOVERY, WebServer.JWKS})
    void aDocumentThatIsNotThereIsABadGateway(String path) throws Exception {
        server.discovery = CompletableFuture.completedFuture(Answer.NONE);
        server.jwks = server.discovery;
        try (Wire wire = server.connect()) {
            wire.send("HEAD " + path + " HTTP/1.1\nHost: a\n\n");
            Reply head = wire.readBodiless();
            assertThat(head.status()).isEqualTo(502);
            assertThat(head.header("Content-Length")).isEqualTo("12");
            head.assertPlainHeaders("Content-Length");
        }
        server.get(path).assertPlain(502, "Bad Gateway");
        server.ask("GET", path, "If-None-Match: *\n").assertPlain(502, "Bad Gateway");
    }

    @Test
    void aLargeDocumentIsSentWithItsLengthAndWhole() throws Exception {
        String large = "x".repeat(1 << 20);
        server.jwks = CompletableFuture.completedFuture(WebServer.answer(large, "\"l\"", CacheStatus.HIT));
        Reply reply = server.get(WebServer.JWKS);
        assertDocumentHeaders(reply, "\"l\"", large);
        assertThat(reply.body()).isEqualTo(large);
    }

    private static void assertDocumentHeaders(Reply reply, String etag, String body) {
        assertThat(reply.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", "" + body.length())
                .containsEntry("Cache-Control", "public, max-age=120")
                .containsEntry("Expires", "Thu, 05 Mar 2026 06:09:08 GMT")
                .containsEntry("ETag", etag)
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Access-Control-Allow-Origin", "*")
                .containsEntry("Date", "Thu, 05 Mar 2026 06:07:08 GMT")
                .hasSize(8);
    }
}
