// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.List;

/** Texts for a parameterized test. */
final class Texts {
    private Texts() {}

    /** Several on a line, with two spaces or more between them. */
    static List<String> of(String block) {
        return List.of(block.strip().split("\\R| {2,}"));
    }
}
