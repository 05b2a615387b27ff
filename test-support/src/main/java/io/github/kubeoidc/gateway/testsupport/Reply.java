// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it came over the wire.
 *
 * @param statusLine without its end
 * @param headers all of them, by their names as they were written
 * @param body what followed the head, one character a byte
 */
public record Reply(String statusLine, Map<String, String> headers, String body) {
    static Reply parse(String head, String body) {
        List<String> lines = head.lines().toList();
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(": ");
            String previous = headers.put(line.substring(0, colon), line.substring(colon + 2));
            assertThat(previous).as("twice: " + line).isNull();
        }
        return new Reply(lines.get(0), headers, body);
    }

    /** The number in the status line. */
    public int status() {
        return Integer.parseInt(statusLine.split(" ", -1)[1]);
    }

    /** The value of a header, {@code null} where it is not there. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** CONTRACT 1.4: the whole answer, if it is no document. */
    public void assertPlain(int status, String words) {
        assertThat(status()).isEqualTo(status);
        assertThat(body).isEqualTo(words + "\n");
        assertThat(headers).containsEntry("Content-Length", "" + body.length());
        assertPlainHeaders("Content-Length");
    }

    /** CONTRACT 1.4: the header set of an answer that is no document, with the names that are meant to be added. */
    public void assertPlainHeaders(String... more) {
        assertThat(headers)
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Cache-Control", "no-store")
                .containsKeys(more)
                .hasSize(3 + more.length)
                .containsKey("Date");
    }

    /** CONTRACT 1.4: an answer of a server, which may close: plain text, not to be stored, and nothing of the product. */
    public void assertPlain(int status) {
        assertThat(status()).as(statusLine).isEqualTo(status);
        assertThat(headers)
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Content-Length", "" + body.length())
                .containsKey("Date")
                .hasSizeLessThanOrEqualTo(5);
        assertThat(headers.getOrDefault("Connection", "close")).isEqualTo("close");
        assertThat(headers.keySet()).allMatch(name -> name.matches("Date|C.*"));
        assertThat(body).matches("[A-Z][A-Za-z ]{1,40}\n");
    }
}
