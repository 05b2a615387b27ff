// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.7: whoever pipelines is known by it. CONTRACT 1.3 and 1.4: what else Jetty forgives is refused. */
class RequestHeadTest {

    /** RFC 9112, section 2.2: an empty line before a request is no part of it. */
    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1|Host: a|', 0",
        "'GET / HTTP/1.1|Host: a||', 1",
        "'|GET / HTTP/1.1|Host: a||', 1",
        "'GET / HTTP/1.1|Host: a||GET / HTTP/1.1|', 1",
        "'GET / HTTP/1.1|Host: a||GET / HTTP/1.1|Host: a||', 2"
    })
    void itsEndsAreCounted(String lines, int ends) {
        byte[] bytes = lines.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII);
        assertThat(new RequestHead().read(ByteBuffer.wrap(bytes), bytes.length)).isEqualTo(ends);
    }

    /** RFC 9110, section 4.2.1: a URI without a host is refused, by a character that no request line may have. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http:///a HTTP/1.1",
                "GET http:/a HTTP/1.1",
                "GET foo:/a HTTP/1.1",
                "GET http:// HTTP/1.1",
                "GET http://:80/a HTTP/1.1",
                "GET http://?a HTTP/1.1",
                "GET  /a HTTP/1.1",
                "GET /a  HTTP/1.1",
                "GET /a http/1.1"
            })
    void aCrookedLineIsRefused(String line) {
        assertThat(looksAt(line)).contains("\0").hasSameSizeAs(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "GET //a HTTP/1.1",
                "GET /a:/b HTTP/1.1",
                "GET /?a=http:///b HTTP/1.1",
                "GET http://a HTTP/1.1",
                "GET http://a/b:/c//d HTTP/1.1",
                "GET HTTPS://[::1]:80/a?b=c HTTP/1.1",
                "CONNECT a:443 HTTP/1.1",
                "CONNECT [::1]:443 HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "GET /a HTTP/1.1"
            })
    void anyOtherLineIsLeftAsItIs(String line) {
        assertThat(looksAt(line)).isEqualTo(line);
        assertThat(looksAt("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n" + line)).endsWith(line);
    }

    /** What is left for Jetty, of a line that comes byte by byte. */
    private static String looksAt(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        RequestHead head = new RequestHead();
        for (int i = 1; i <= bytes.length; i++) {
            head.read(buffer.limit(i), 1);
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
