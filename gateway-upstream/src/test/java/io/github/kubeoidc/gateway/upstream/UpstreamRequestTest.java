// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.1 and 6.3: what upstream is asked, what counts as an answer, and where the token goes. */
class UpstreamRequestTest extends AgainstRawServer {
    @BeforeEach
    void open() {
        bench.open(server);
    }

    // "with GET, the fixed paths above appended to UPSTREAM_HOST, Authorization: Bearer <token> and an Accept that a
    // real
    // API server takes (application/json alone is answered 406 for the JWKS)"
    @ParameterizedTest
    @CsvSource({"DISCOVERY, application/json", "JWKS, application/jwk-set+json"})
    void aFetchIsOneGetOfTheFixedPathWithTheTokenAndTheTypeThatAnApiServerSends(DocumentKind kind, String type) {
        server.document(kind == DocumentKind.JWKS ? Bench.JWKS : Bench.DISCOVERY);
        bench.fetch(kind);
        assertThat(server.requests()).singleElement().asString().startsWith("GET " + kind.path() + " HTTP/1.1\r\n");
        assertThat(header("authorization")).containsExactly("Bearer " + Bench.TOKEN);
        assertThat(header("host")).containsExactly("127.0.0.1:" + server.port());
        assertThat(header("upgrade")).isEmpty();
        assertThat(header("transfer-encoding")).isEmpty();
        assertThat(header("accept-encoding")).isEmpty();
        assertThat(header("accept"))
                .singleElement()
                .satisfies(accept -> assertThat(accept.split(",\\s*"))
                        .anyMatch(range -> range.equals(type) || range.startsWith(type + ";q=0.9")));
    }

    // 3.9: "The token … re-read for every upstream fetch". Its file may have 64 KiB.
    @ParameterizedTest
    @ValueSource(ints = {7, 8_100, 16_000, 65_535})
    void everyFetchReadsTheTokenAnewALongOneToo(int length) {
        String token = "t".repeat(length);
        server.document(Bench.JWKS);
        // With the first one: its read, which the start has begun, must not go on when the file is written.
        bench.fetch(DocumentKind.JWKS);
        bench.write(bench.token, token + "\n");
        bench.fetch(DocumentKind.JWKS);
        assertThat(header("authorization")).containsExactly("Bearer " + token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/clusters/a", "/clusters/a/"})
    void aPrefixOfUpstreamComesBeforeThePath(String prefix) {
        server.document(Bench.JWKS);
        try (Bench prefixed = new Bench(directory).open("http://127.0.0.1:" + server.port() + prefix)) {
            prefixed.fetch(DocumentKind.JWKS);
        }
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /clusters/a/openid/v1/jwks HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void theDocumentIsWhatUpstreamSentByteForByte(DocumentKind kind) {
        String body = kind == DocumentKind.JWKS
                ? "{\"keys\":[{\"kty\":\"RSA\",\"x\":\"é\\u0041\"} ] }\n"
                : Bench.DISCOVERY.replace("{", "{ \"x\":[1.0,\"é\\u0041\"],\n");
        server.document(body);
        Document document = bench.fetch(kind);
        assertThat(document.kind()).isEqualTo(kind);
        assertThat(document.json()).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
        assertThat(document.issuer()).isEqualTo(kind == DocumentKind.JWKS ? null : "https://issuer.example");
    }

    // "Redirects are never followed …: the token goes to UPSTREAM_HOST only."
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsAFailureAndItsTargetIsNotAsked(int status) throws IOException {
        try (RawServer elsewhere = new RawServer()) {
            elsewhere.document(Bench.JWKS);
            for (int port : new int[] {elsewhere.port(), server.port()}) {
                server.reply(
                        "HTTP/1.1 " + status + " Moved\r\nLocation: http://127.0.0.1:" + port
                                + "/openid/v1/jwks2\r\nContent-Length: %d\r\n\r\n",
                        Bench.JWKS);
                bench.assertFailure(Outcome.STATUS, status + ": redirects are not followed, is UPSTREAM_HOST right?");
            }
            assertThat(elsewhere.connections()).isZero();
            assertThat(server.requests()).hasSize(2).noneMatch(head -> head.contains("jwks2"));
        }
    }

    // "Only 200 counts", though the body be a document. Causes in the words of 6.3.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "201|STATUS|201: only 200 counts",
                "203|STATUS|203: only 200 counts",
                "206|STATUS|206: only 200 counts",
                "300|STATUS|300: only 200 counts",
                "400|STATUS|400: is UPSTREAM_HOST an https URL?",
                "401|UNAUTHORIZED|401: is the token valid?",
                "403|FORBIDDEN|403: is the ClusterRole bound?",
                "404|STATUS|404: is service-account-issuer an https URL?",
                "406|STATUS|406: only 200 counts",
                "407|STATUS|407: only 200 counts",
                "429|STATUS|429: only 200 counts",
                "500|STATUS|500: only 200 counts",
                "503|STATUS|503: only 200 counts",
                "299|STATUS|299: only 200 counts",
            })
    void anyOtherStatusIsAFailureAndIsNotRepeatedNorAChallengeAnswered(int status, Outcome outcome, String message) {
        server.reply(
                "HTTP/1.1 " + status + " X\r\nRetry-After: 0\r\nWWW-Authenticate: Basic realm=x\r\n"
                        + "Proxy-Authenticate: Basic realm=x\r\nContent-Length: %d\r\n\r\n",
                Bench.DISCOVERY);
        assertFailure(bench.failure(DocumentKind.DISCOVERY), outcome, message);
        assertThat(server.requests()).hasSize(1);
    }

    /** The first is a last answer too, after which the connection speaks something else. */
    @ParameterizedTest
    @ValueSource(ints = {101, 204, 304})
    void aStatusWithoutABodyIsAFailure(int status) {
        server.reply("HTTP/1.1 " + status + " X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "");
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage(status + ": only 200 counts");
    }

    // RFC 9110, section 15.2: a client must be able to read interim answers before the one that counts.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "100 Continue",
                "102 Processing",
                "103 Early Hints\r\nLink: </x>",
                "104 Upload Resumption Supported",
                "199 X",
                "100 Continue\r\n\r\nHTTP/1.1 100 Continue",
                "103 Early Hints\r\n\r\nHTTP/1.1 199 X\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue",
            })
    void anInterimAnswerIsNotTheAnswer(String interim) {
        server.reply(
                "HTTP/1.1 " + interim + "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: " + Bench.JWKS.length() + "\r\n\r\n"
                        + Bench.JWKS,
                "");
        bench.fetch(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void whatIsNotADocumentIsAFailure() {
        server.document("{\"keys\":[]}");
        bench.assertFailure(Outcome.INVALID, "not a valid document: keys is empty");
    }

    /** The token goes with each request, and may come back in any field: no other value is quoted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|it is not UTF-8, and its Content-Encoding is gzip, which was not asked for",
                "BR|it is not UTF-8, and its Content-Encoding is br, which was not asked for",
                "gzip, br|it is not UTF-8, and its Content-Encoding is unknown, which was not asked for",
                "secret-secret|it is not UTF-8, and its Content-Encoding is unknown, which was not asked for",
                "identity|it is not UTF-8",
                "''|it is not UTF-8",
            })
    void anEncodingOfWhatIsNotADocumentIsTold(String encoding, String message) {
        server.reply((out, socket) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + "\r\nContent-Length: 4\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0x1f, (byte) 0x8b, 8, 0});
        });
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage("not a valid document: " + message);
    }

    // 3.9: "where there never was a good one the fetch fails, and works once the file appears"
    @Test
    void withoutATokenUpstreamIsNotAskedUntilThereIsOne() throws IOException {
        Path later = directory.resolve("later");
        Files.createDirectory(later);
        server.document(Bench.JWKS);
        try (LogLines log = LogLines.of(later);
                Bench empty = new Bench(later)) {
            Files.delete(empty.token);
            empty.open(server);
            assertThat(log.awaited(1))
                    .containsExactly("WARN SA_TOKEN_PATH " + empty.token
                            + " does not exist: documents cannot be fetched until it is there");
            empty.assertFailure(
                    Outcome.UNAUTHORIZED, "no usable token: SA_TOKEN_PATH " + empty.token + " does not exist");
            assertThat(server.connections()).isZero();
            empty.write(empty.token, "late-token");
            empty.fetch(DocumentKind.JWKS);
        }
        assertThat(server.requests()).singleElement().asString().contains("Bearer late-token\r\n");
    }

    // 6.3: "never the token", however upstream quotes it, in no part of what a failure carries to the log
    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s\r\n\r\n",
                "HTTP/1.1 %s\r\n\r\n",
                "HTTP/1.1 401 %s\r\nContent-Length: 0\r\n\r\n",
                "HTTP/%s 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
                "HTTP/1.1 200 OK\r\n(): %s\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{\"issuer\":\"%s\",\"issuer\":\"\"}",
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/%s\r\nContent-Length: 0\r\n\r\n",
            })
    void theTokenIsInNoPartOfAFailureThoughUpstreamEchoesIt(String answer) {
        server.replyAndClose(answer.formatted(Bench.TOKEN));
        try (LogLines log = LogLines.of("")) {
            StringWriter trace = new StringWriter();
            bench.failure(DocumentKind.DISCOVERY).printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain(Bench.TOKEN, "secret-secret", "eyJhbGci");
            assertThat(log.events())
                    .noneMatch(event -> event.getFormattedMessage().contains("secret-secret"));
        }
    }

    /** The values of a field of the last request. */
    private List<String> header(String name) {
        return server.requests()
                .get(server.requests().size() - 1)
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }
}
