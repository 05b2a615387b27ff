// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.conformance.checks.Concurrently;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawHttpTest {

    private final Concurrently together = new Concurrently();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void close() throws IOException {
        together.close();
        server.close();
    }

    @Test
    void sendsExactlyWhatItIsGiven() throws Exception {
        String odd = "get  /x\u00e9 HTTP/9\nHost : a\r\n\r\n";
        Future<String> seen = answering(odd.length(), "HTTP/1.1 200 OK\r\n\r\n");
        try (RawHttp http = RawHttp.connect(uri())) {
            http.send(odd);
            http.read();
        }
        assertThat(seen.get()).isEqualTo(odd);
    }

    /** Else a check of such a server would never end. */
    @Test
    void aServerThatNeitherTakesNorRefusesWhatIsSentIsGivenUp() {
        try (RawHttp http = RawHttp.connect(uri())) {
            assertThatThrownBy(() -> http.offer(new byte[64 << 20]))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("neither taken nor refused");
        }
    }

    @Test
    void readsSeveralResponsesWithTheirFieldsInOrder() throws Exception {
        answering(1, """
                HTTP/1.1 200 OK
                B: 1
                a:2
                B: 3
                Content-Length: 2

                hiHTTP/1.1 404 Not Found
                Transfer-Encoding: chunked

                3
                abc
                1;x=y
                d
                0

                HTTP/1.1 304 Not Modified
                Content-Length: 7

                HTTP/1.1 200 OK

                until the end""".replace("\n", "\r\n"));
        try (RawHttp http = RawHttp.connect(uri())) {
            http.send("x");
            RawResponse first = http.read();
            assertThat(first.fields()).hasToString("[B: 1, a: 2, B: 3, Content-Length: 2]");
            assertThat(first.field("b")).isEqualTo("1");
            assertThat(first.text()).isEqualTo("hi");
            assertThat(http.read().text()).isEqualTo("abcd");
            assertThat(http.read().status()).isEqualTo(304);
            assertThat(http.read().text()).isEqualTo("until the end");
            assertThat(http.closedWithin(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void complainsOfAnAnswerThatEndsEarly() throws Exception {
        answering(1, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
        try (RawHttp http = RawHttp.connect(uri())) {
            http.send("x");
            assertThatThrownBy(http::read)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll("sent «x»", "after 2 of 3 bytes");
        }
    }

    @Test
    void complainsOfBytesWhereACloseIsDue() throws Exception {
        answering(1, "surprise");
        try (RawHttp http = RawHttp.connect(uri())) {
            http.send("x");
            assertThatThrownBy(() -> http.closedWithin(Duration.ofSeconds(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("unexpected bytes");
        }
    }

    @Test
    void noticesThatAConnectionStaysOpen() throws Exception {
        try (RawHttp http = RawHttp.connect(uri());
                Socket accepted = server.accept()) {
            assertThat(http.closedWithin(Duration.ofMillis(100))).isFalse();
            accepted.shutdownOutput();
            assertThat(http.closedWithin(Duration.ofSeconds(20))).isTrue();
        }
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Reads so many bytes from one client, answers and closes. */
    private Future<String> answering(int length, String answer) {
        return together.start(() -> {
            try (Socket socket = server.accept()) {
                byte[] request = socket.getInputStream().readNBytes(length);
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                return new String(request, StandardCharsets.ISO_8859_1);
            }
        });
    }
}
