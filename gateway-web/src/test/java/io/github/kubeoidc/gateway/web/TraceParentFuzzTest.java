// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** CONTRACT 6.2: {@code traceparent} against W3C Trace Context, section 3.2, read character by character. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        architectures = {"amd64", "x86_64", "aarch64"},
        disabledReason = "**** SKIPPED: Jazzer has no native library for this platform ****")
@Timeout(10)
class TraceParentFuzzTest {
    private static final String VALID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @FuzzTest
    void whatIsKeptIsWhatTheSpecificationReads(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        compare(text);
        // What is nearly valid is seldom found by itself: the first byte says where in a valid value the others are
        // put.
        int at = text.isEmpty() ? 0 : text.charAt(0) % (VALID.length() + 1);
        String part = text.isEmpty() ? "" : text.substring(1);
        compare(VALID.substring(0, at) + part + VALID.substring(at));
        compare(VALID.substring(0, at) + part + VALID.substring(Math.min(VALID.length(), at + part.length())));
    }

    private static void compare(String value) {
        assertThat(TraceParent.valid(value)).as(value).isEqualTo(read(value));
    }

    private static @Nullable String read(String value) {
        if (value.length() < 55) {
            return null;
        }
        for (int i = 0; i < 55; i++) {
            boolean dash = i == 2 || i == 35 || i == 52;
            if (dash ? value.charAt(i) != '-' : "0123456789abcdef".indexOf(value.charAt(i)) < 0) {
                return null;
            }
        }
        String version = value.substring(0, 2);
        String more = value.substring(55);
        boolean isWhole = more.isEmpty() || !version.equals("00") && more.startsWith("-");
        boolean isZero = value.substring(3, 35).equals("0".repeat(32))
                || value.substring(36, 52).equals("0".repeat(16));
        return isWhole && !isZero && !version.equals("ff") ? "00" + value.substring(2, 55) : null;
    }
}
