// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer as it came over the wire.
 *
 * @param statusLine without its end
 * @param headers all of them, by their names as they were written
 * @param body what followed the head, one character a byte
 */
record Reply(String statusLine, Map<String, String> headers, String body) {
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

    int status() {
        return Integer.parseInt(statusLine.split(" ", -1)[1]);
    }

    String header(String name) {
        return headers.get(name);
    }

    /** CONTRACT 1.4: the whole answer, if it is no document. */
    void assertPlain(int status, String words) {
        assertThat(status()).isEqualTo(status);
        assertThat(body).isEqualTo(words + "\n");
        assertThat(headers).containsEntry("Content-Length", "" + body.length());
        assertPlainHeaders("Content-Length");
    }

    /** CONTRACT 1.4: the header set of an answer that is no document, with the names that are meant to be added. */
    void assertPlainHeaders(String... more) {
        assertThat(headers)
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Cache-Control", "no-store")
                .containsKeys(more)
                .hasSize(3 + more.length)
                .containsKey("Date");
    }
}
