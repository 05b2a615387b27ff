// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.List;

/**
 * The keys that are published.
 *
 * @param number how many there are
 * @param first the first of them, {@value #MAX} at most
 */
public record PublishedKeys(int number, List<PublishedKey> first) {
    /** How many keys are named at most. */
    public static final int MAX = 100;
}
