// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.1, 1.2, 1.5: what is answered on the documents' paths. */
class DocumentTest {
    @AutoClose
    private final WebServer server = new WebServer();

    @ParameterizedTest
    @CsvSource({"DISCOVERY, " + WebServer.DISCOVERY, "JWKS, " + WebServer.JWKS})
    void headSendsTheHeadersOfGetAndNoBody(DocumentKind kind, String path) throws Exception {
        boolean isJwks = kind == DocumentKind.JWKS;
        String body = isJwks ? WebServer.JWKS_BODY : WebServer.DISCOVERY_BODY;
        String etag = isJwks ? WebServer.JWKS_ETAG : WebServer.DISCOVERY_ETAG;
        try (Wire wire = server.connect()) {
            wire.send("HEAD " + path + " HTTP/1.1\nHost: a\n\n");
            WebServer.assertDocumentHead(wire.readBodiless(), body, etag);
            wire.send("GET " + path + " HTTP/1.1\nHost: a\n\n");
            WebServer.assertDocument(wire.read(), body, etag);
        }
        assertThat(server.asked).containsExactly(kind.name(), kind.name());
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
        WebServer.assertDocument(reply, WebServer.JWKS_BODY, WebServer.JWKS_ETAG);
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
        WebServer.assertDocument(reply, WebServer.JWKS_BODY, WebServer.JWKS_ETAG);
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
        server.jwks = CompletableFuture.completedFuture(WebServer.jwks(status));
        WebServer.assertDocument(server.get(WebServer.JWKS), WebServer.JWKS_BODY, WebServer.JWKS_ETAG);
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
}
