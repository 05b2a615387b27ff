// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;

/** CONTRACT 3.9: a malformed CA file keeps the last good one, so nothing but "of no use" may come out of it. */
@Fuzzed
class CaFileFuzzTest {
    @FuzzTest
    void aCaFileIsOfUseOrNot(byte[] bytes) {
        try {
            assertThat(CaFile.parse(bytes).certificates()).isNotEmpty();
        } catch (UnusableException e) {
            assertThat(e.getMessage()).isIn("has no PEM certificate", "has a malformed certificate");
        }
    }
}
