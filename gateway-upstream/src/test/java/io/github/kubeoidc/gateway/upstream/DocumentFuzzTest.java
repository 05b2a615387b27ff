// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.kubeoidc.gateway.api.DocumentKind;

/** CONTRACT 2.3 and 2.4: any bytes of upstream are refused, or served with the value that they have. */
@Fuzzed
class DocumentFuzzTest {
    @FuzzTest
    void whatIsADocumentIsServedWithItsValueAndNothingElseIs(byte[] bytes) {
        for (DocumentKind kind : DocumentKind.values()) {
            ServedDocument.assertServedAsItIsIfItIsOne(kind, bytes);
        }
    }
}
