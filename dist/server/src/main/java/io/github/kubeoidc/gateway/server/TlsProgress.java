// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * How far TLS has come on a connection: its handshake, and records that are not decrypted yet. The connection's threads write
 * it, one at a time; the sweep and the bound on memory read it.
 */
final class TlsProgress {
    /** The buffer of a record that is not complete or not taken: measured on Java 17 and 25, as is a handshake in progress. */
    static final long HEAP_PER_RECORD = 19 * 1024;

    private static final long HEAP_PER_HANDSHAKE = 12 * 1024;

    // Measured: what Java makes of a first message with a thousand key shares. Responders of OCSP would cost twice
    // as much: the launcher makes Java ignore them.
    private static final long HEAP_PER_HANDSHAKE_BYTE = 17;

    private final SslConnection connection;
    private volatile boolean handshaking;
    private volatile boolean handshaken;
    private volatile int handshakeBytes;
    private volatile int encryptedBytes;

    TlsProgress(SslConnection connection) {
        this.connection = connection;
    }

    /** So many bytes have been read. */
    void onRead(int bytes) {
        handshaking = !handshaken;
        encryptedBytes += bytes;
    }

    /** All that was read has been decrypted but for so many bytes. */
    void onDecrypted(int left) {
        encryptedBytes = left;
    }

    /** The handshake has taken so many bytes so far. */
    void onHandshakeBytes(int bytes) {
        handshakeBytes = bytes;
    }

    /** The handshake is complete. */
    void onHandshaken() {
        handshaken = true;
        handshaking = false;
    }

    boolean isHandshaken() {
        return handshaken;
    }

    /** Whether the first byte of a handshake has come, and not its end. */
    boolean isHandshaking() {
        return handshaking;
    }

    /** Whether there are records that are not complete, or came after the request that is answered. */
    boolean hasRecords() {
        return encryptedBytes > 0;
    }

    /** Whether the client has not taken yet what HTTP has written. */
    boolean isWriting() {
        return connection.getSslEndPoint().getWriteFlusher().isPending();
    }

    /** The heap that it takes up, in bytes, with what is being sent if there is something. */
    long heap(boolean writing) {
        return (hasRecords() || writing ? HEAP_PER_RECORD : 0)
                + (handshaking ? HEAP_PER_HANDSHAKE + HEAP_PER_HANDSHAKE_BYTE * handshakeBytes : 0);
    }

    /** Closes the connection with TLS's notice (RFC 8446, section 6.1). */
    void close() {
        connection.getSslEndPoint().close();
    }
}
