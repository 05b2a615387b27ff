// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 6.2, for the field of W3C Trace Context, section 3.2: only what has its exact form is logged. */
class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void aValidOneIsKeptAsItIs() {
        assertThat(TraceParent.valid(VALID)).isSameAs(VALID);
        assertThat(TraceParent.traceId(VALID)).isEqualTo(TRACE);
        assertThat(TraceParent.spanId(VALID)).isEqualTo(SPAN);
        assertThat(TraceParent.flags(VALID)).isEqualTo("01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "02", "80", "fe", "ff"})
    void allFlagsAreTaken(String flags) {
        String value = "00-" + TRACE + "-" + SPAN + "-" + flags;
        assertThat(TraceParent.valid(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000001-0000000000000001-00",
                "00-10000000000000000000000000000000-1000000000000000-00",
                "00-00000000000000001000000000000000-0000000010000000-00",
                "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff"
            })
    void identifiersAtTheirBoundsAreTaken(String value) {
        assertThat(TraceParent.valid(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-001",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 status=200",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\u0000",
                " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b71692033311-01",
                "00-0af7651916cd43dd8448eb211c80319cb-7ad6b7169203331-01",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0G-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "FE-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-\u0660af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                // A higher version is validated as strictly.
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what-the-future-will-not-be-like",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-010",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "cc-00000000000000000000000000000000-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "cc-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
                "CC-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void nothingElseIs(String value) {
        assertThat(TraceParent.valid(value)).isNull();
    }

    // Section 3.2.4, "Versioning of traceparent".
    @ParameterizedTest
    @ValueSource(strings = {"", "-", "-what-the-future-will-be-like", "- status=200 path=/x"})
    void ofAHigherVersionIsReadWhat00Has(String more) {
        for (String version : List.of("01", "0a", "cc", "fe")) {
            assertThat(TraceParent.valid(version + VALID.substring(2) + more)).isEqualTo(VALID);
        }
    }

    @Test
    void oneFieldCountsAndSeveralAreNone() {
        assertThat(only(VALID)).isSameAs(VALID);
        assertThat(only()).isNull();
        assertThat(only(VALID, VALID)).isNull();
        assertThat(only(VALID, "x")).isNull();
    }

    private static @Nullable String only(String... fields) {
        return TraceParent.only(Collections.enumeration(List.of(fields)));
    }
}
