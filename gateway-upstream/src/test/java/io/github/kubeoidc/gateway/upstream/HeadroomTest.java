// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.3: "A refused document counts as a failed fetch", which a process that has ended cannot do. */
class HeadroomTest {
    private static final int MIB = 1 << 20;

    private final AtomicLong free = new AtomicLong();
    private final AtomicLong garbage = new AtomicLong();
    private final Headroom headroom = new Headroom(free::get, () -> free.addAndGet(garbage.getAndSet(0)));

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsSmallIsNeverRefused() throws FetchException {
        headroom.check(text(":".repeat(Headroom.UNCHECKED_BYTES)));
    }

    @Test
    void aLargeOneNeedsFiveTimesItsSize() throws FetchException {
        free.set(5 * MIB);
        headroom.check(text("a".repeat(MIB)));
        free.set(5 * MIB - 1);
        assertFailure(
                () -> headroom.check(text("a".repeat(MIB))),
                Outcome.TOO_LARGE,
                "no room in the heap for the answer: it may need 5 MiB, and 5 are free");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u20ac", "\\u20ac"})
    void charactersBeyondAsciiNeedMore(String character) throws FetchException {
        byte[] json = (character + "a".repeat(MIB)).getBytes(StandardCharsets.UTF_8);
        free.set(8L * json.length);
        headroom.check(json);
        free.decrementAndGet();
        assertThatThrownBy(() -> headroom.check(json)).isInstanceOf(FetchException.class);
    }

    @Test
    void namesNeedMore() throws FetchException {
        String names = "\"a\":1,".repeat(20_000);
        free.set(5L * names.length() + 128 * 20_000);
        headroom.check(text(names));
        free.decrementAndGet();
        assertThatThrownBy(() -> headroom.check(text(names))).isInstanceOf(FetchException.class);
    }

    @Test
    void garbageIsCollectedBeforeADocumentIsRefused() throws FetchException {
        garbage.set(5 * MIB);
        headroom.check(text("a".repeat(MIB)));
        assertThat(garbage).hasValue(0);
    }

    @Test
    void garbageIsLeftAloneWhereThereIsRoom() throws FetchException {
        free.set(5 * MIB);
        garbage.set(1);
        headroom.check(text("a".repeat(MIB)));
        assertThat(garbage).hasValue(1);
    }

    @Test
    void theHeapOfThisProcessHasRoomForALargeDocument() throws FetchException {
        Headroom.ofThisProcess().check(text("a".repeat(MIB)));
        assertThat(Headroom.ofThisProcess().free().getAsLong())
                .isPositive()
                .isLessThan(Runtime.getRuntime().maxMemory());
    }
}
