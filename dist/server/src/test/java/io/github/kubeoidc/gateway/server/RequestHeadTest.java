// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 1.7: whoever pipelines is known by it. */
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
}
