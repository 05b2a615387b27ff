// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects a body of at most {@link Document#MAX_BYTES}, counted before it is kept, in no more memory than it needs. */
final class BoundedBody {
    private byte[] bytes;
    private int size;

    /**
     * Begins with nothing.
     *
     * @param announced the length that the answer announces; negative where it announces none
     * @throws FetchException if that is too long
     */
    BoundedBody(long announced) throws FetchException {
        if (announced > Document.MAX_BYTES) {
            throw tooLarge();
        }
        this.bytes = new byte[(int) Math.max(0, announced)];
    }

    /**
     * Takes all of a buffer.
     *
     * @throws FetchException if that makes the body too long
     */
    void add(ByteBuffer buffer) throws FetchException {
        int length = buffer.remaining();
        if (length > Document.MAX_BYTES - size) {
            throw tooLarge();
        }
        if (length > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.min(Document.MAX_BYTES, Math.max(size + length, 2 * size)));
        }
        buffer.get(bytes, size, length);
        size += length;
    }

    /** Returns the body. */
    byte[] bytes() {
        // The exchange may refer to this as long as the body is looked at, which need not be in memory twice.
        bytes = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        return bytes;
    }

    private static FetchException tooLarge() {
        return new FetchException(
                Outcome.TOO_LARGE, "the answer is larger than " + Document.MAX_BYTES + " bytes", null);
    }
}
