// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.server.ServerCertificates;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** CONTRACT 8.2: a file that cannot be used is named with what is wrong with it. */
class TlsPairTest {
    /** With bytes cut out of a file, or put into it: the reader says what is wrong, quotes nothing and does nothing else. */
    @Test
    void noFileIsWorseThanUnusable() {
        String[] secret = ServerCertificates.olderKey("ec")
                .lines()
                .filter(line -> !line.startsWith("-"))
                .toArray(String[]::new);
        byte[] chain = ServerCertificates.ALL.chain("ec").getBytes();
        byte[] key = ServerCertificates.olderKey("ec").getBytes();
        for (int i = 0; i < 3000; i++) {
            boolean cutsChain = i % 2 == 0;
            byte[] whole = cutsChain ? chain : key;
            byte[] bad = Arrays.copyOf(whole, whole.length - i % 7);
            bad[i * 7919 % bad.length] = (byte) i;
            try {
                TlsPair.of(TlsPair.chain(cutsChain ? bad : chain), cutsChain ? key : bad);
            } catch (UnusableTlsFileException e) {
                assertThat(e).message().isNotEmpty().doesNotContain("\n").doesNotContain(secret);
            }
        }
    }
}
