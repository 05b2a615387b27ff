// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cost;

/** What is bounded, each with its bound: some tenth more than is measured. Who makes the gateway cheaper lowers it here. */
public enum Cost {
    CLASSES_AT_A_START("classes loaded until the first document is served", 4_900),
    BYTES_OF_A_HIT("bytes of heap that a document from the cache takes, on a kept connection", 4_000),
    BYTES_OF_A_CONNECTION("bytes of heap that a document from the cache takes, on a connection of its own", 9_500),
    CALLS_OF_A_HIT("system calls on the connection for a document from the cache, where it is kept", 2.3),
    CALLS_OF_A_CONNECTION(
            "system calls on the connection for a document from the cache, where it is closed after it", 20),
    MEGABYTES_OF_THE_IMAGE("millions of bytes of the image", 110);

    private final String what;
    private final double most;

    Cost(String what, double most) {
        this.what = what;
        this.most = most;
    }

    /**
     * Prints what was measured.
     *
     * @param measured how much it is
     * @throws AssertionError if that is more than is allowed
     */
    public void check(double measured) {
        String sentence = "%s: %.1f, at most %.1f (%s)".formatted(what, measured, most, name());
        System.out.println("[costs] " + sentence);
        if (measured > most) {
            throw new AssertionError(sentence);
        }
    }
}
