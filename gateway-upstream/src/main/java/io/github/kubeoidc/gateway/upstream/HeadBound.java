// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Bounds what is read of an answer until its head is complete. Any number of interim answers may come before it (RFC 9110,
 * section 15.2), each with a head, and Jetty tells nobody of them, but remembers them, while more can be read.
 */
final class HeadBound {
    /** TLS's handshake is read with the first answer: its messages have 32 KiB each at most. */
    static final int MAX_BYTES = 128 * 1024;

    private volatile boolean open;
    private volatile int bytes;

    /** A request is about to be sent. */
    void begin() {
        bytes = 0;
        open = true;
    }

    /** The head is complete. */
    void end() {
        open = false;
    }

    /**
     * Counts what has been read of the connection.
     *
     * @param read how many bytes; none, or negative at its end
     * @throws HttpException.RuntimeException if it is too much
     */
    void onRead(int read) {
        if (open && read > 0) {
            int all = bytes + read;
            bytes = all;
            if (all > MAX_BYTES) {
                throw new HttpException.RuntimeException(
                        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431, "heads larger than " + MAX_BYTES + " bytes");
            }
        }
    }
}
