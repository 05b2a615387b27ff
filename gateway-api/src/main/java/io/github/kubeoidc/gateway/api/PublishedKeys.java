// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.List;
import java.util.SortedSet;

/**
 * The keys that are published.
 *
 * @param number how many there are
 * @param first the first of them, {@value #MAX} at most
 * @param ids the {@code kid} of each key that has one
 */
public record PublishedKeys(int number, List<PublishedKey> first, SortedSet<String> ids) {
    /** How many keys are named at most. */
    public static final int MAX = 100;
}
