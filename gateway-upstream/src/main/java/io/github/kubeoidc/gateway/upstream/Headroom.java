// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.util.function.LongSupplier;

/**
 * Refuses a document that the heap has no room for. A process whose heap runs out ends, and the documents that it has end
 * with it. Without the refused document it goes on.
 *
 * @param free how many bytes of the heap are free, garbage not included
 * @param collect collects garbage
 */
record Headroom(LongSupplier free, Runnable collect) {
    /** A document that is not larger is never refused. In bytes. */
    static final int UNCHECKED_BYTES = 64 * 1024;

    /** For a byte of a string: a builder that grows by doubling, its copy, and the rendering. */
    private static final long FOR_A_BYTE = 5;

    /** The same where a character beyond ASCII may make the builder use two bytes for each. */
    private static final long FOR_A_WIDE_BYTE = 8;

    /** A name in the set that finds those that occur twice. */
    private static final long FOR_A_NAME = 128;

    private static final long MEBIBYTE = 1 << 20;

    static Headroom ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        return new Headroom(() -> runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory(), runtime::gc);
    }

    /**
     * Looks whether there is room to validate and render a document. Collects garbage where there seems to be none.
     *
     * @throws FetchException if there is not
     */
    void check(byte[] json) throws FetchException {
        if (json.length <= UNCHECKED_BYTES) {
            return;
        }
        long needed = needed(json);
        if (free.getAsLong() < needed) {
            collect.run();
            if (free.getAsLong() < needed) {
                throw new FetchException(
                        Outcome.TOO_LARGE,
                        "no room in the heap for the answer: it may need " + mebibytes(needed) + " MiB, and "
                                + mebibytes(free.getAsLong()) + " are free",
                        null);
            }
        }
    }

    private static long needed(byte[] json) {
        long names = 0;
        boolean wide = false;
        for (byte octet : json) {
            wide |= octet < 0 || octet == '\\';
            if (octet == ':') {
                names++;
            }
        }
        return (wide ? FOR_A_WIDE_BYTE : FOR_A_BYTE) * json.length + FOR_A_NAME * names;
    }

    private static long mebibytes(long bytes) {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE;
    }
}
