// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The digests of FIPS 180-4 that the gateway compares. */
class Sha256Test {
    /** The standard's own example. */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void theEndOfAnArrayIsTakenAlone() {
        assertThat(Sha256.hex(bytes("abc"))).isEqualTo(OF_ABC);
        assertThat(Sha256.hex(bytes("--abc"), 2)).isEqualTo(OF_ABC);
    }

    /** CONTRACT 3.11: key sets with other identifiers are others, even where these are the same letters in a row. */
    @Test
    void whereATextEndsCounts() {
        assertThat(Sha256.hex(List.of("a", "bé"))).isEqualTo(Sha256.hex(bytes("a\0bé\0")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
