// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.2: "at most 1 MiB". */
class BoundedBodyTest {
    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 3, 6, 100})
    void piecesBecomeOneWhateverWasAnnounced(long announced) throws FetchException {
        BoundedBody body = new BoundedBody(announced);
        body.add(text("ab"));
        body.add(text(""));
        body.add(text("cdef"));
        assertThat(body.bytes()).asString().isEqualTo("abcdef");
    }

    @Test
    void anAnswerWithoutABodyIsEmpty() throws FetchException {
        assertThat(new BoundedBody(-1).bytes()).isEmpty();
    }

    @Test
    void asMuchAsIsAllowedIsTakenAndOneByteMoreIsNot() throws FetchException {
        BoundedBody body = new BoundedBody(-1);
        body.add(ByteBuffer.allocate(Document.MAX_BYTES - 1));
        body.add(text("x"));
        assertThat(body.bytes()).hasSize(Document.MAX_BYTES);
        assertTooLarge(() -> body.add(text("y")));
    }

    @ParameterizedTest
    @ValueSource(longs = {Document.MAX_BYTES + 1, Long.MAX_VALUE})
    void aLengthThatIsAnnouncedAndTooLargeIsRefusedAtOnce(long announced) {
        assertTooLarge(() -> new BoundedBody(announced));
    }

    private static void assertTooLarge(ThrowingCallable call) {
        assertFailure(call, Outcome.TOO_LARGE, "the answer is larger than 1048576 bytes");
    }
}
