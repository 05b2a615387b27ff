// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.http;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;

/**
 * The first record of a TLS handshake, byte by byte (RFC 5246, section 7.4.1.2; RFC 8446, section 4.1.2): Java's own client sends no
 * version and no suite that it has given up itself, so that it cannot find out whether a server still takes one.
 */
public final class ClientHello {

    /** The version of TLS 1.1 as records have it. */
    public static final int TLS_1_1 = 0x0302;

    /** The version of TLS 1.2, with which a hello of TLS 1.3 begins too. */
    public static final int TLS_1_2 = 0x0303;

    /** The type of a record with a handshake in it, as a server's answer that goes on begins. */
    public static final int HANDSHAKE = 22;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CLIENT_HELLO = 1;
    private static final int RANDOM_BYTES = 32;
    private static final int X25519 = 0x001d;
    private static final int[] CURVES = {X25519, 0x0017, 0x0018};

    /** ECDSA with P-256 and P-384, RSA-PSS and RSA with SHA-256 and SHA-384, and both with SHA-1. */
    private static final int[] SIGNATURES = {0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501, 0x0203, 0x0201};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private ClientHello() {}

    /**
     * One for a version up to TLS 1.2.
     *
     * @param version the version, such as {@link #TLS_1_1}
     * @param suites the numbers of its cipher suites
     * @return a whole record
     */
    public static byte[] of(int version, int... suites) {
        return record(version, suites, extensions());
    }

    /**
     * One for TLS 1.3 alone, with a key for X25519. Only a client that has computed that key can go on with the handshake.
     *
     * @return a whole record
     */
    public static byte[] ofTls13() {
        ClientHello versions = new ClientHello().put(1, 2).put(2, 0x0304);
        ClientHello share = new ClientHello().put(2, X25519).block(2, random());
        ClientHello extensions = new ClientHello()
                .all(extensions())
                .put(2, 0x002b)
                .block(2, versions.bytes.toByteArray())
                .put(2, 0x0033)
                .block(
                        2,
                        new ClientHello()
                                .block(2, share.bytes.toByteArray())
                                .bytes
                                .toByteArray());
        return record(TLS_1_2, new int[] {0x1301, 0x1302, 0x1303}, extensions.bytes.toByteArray());
    }

    /** Curves, uncompressed points, signatures, and that the client knows RFC 7627 and RFC 5746. */
    private static byte[] extensions() {
        return new ClientHello()
                .put(2, 0x000a)
                .block(2, new ClientHello().block(2, numbers(CURVES)).bytes.toByteArray())
                .put(2, 0x000b)
                .block(2, new byte[] {1, 0})
                .put(2, 0x000d)
                .block(2, new ClientHello().block(2, numbers(SIGNATURES)).bytes.toByteArray())
                .put(2, 0x0017)
                .block(2, new byte[0])
                .put(2, 0xff01)
                .block(2, new byte[] {0})
                .bytes
                .toByteArray();
    }

    private static byte[] record(int version, int[] suites, byte[] extensions) {
        byte[] hello = new ClientHello()
                .put(2, version)
                .all(random())
                .block(1, new byte[0])
                .block(2, numbers(suites))
                .block(1, new byte[] {0})
                .block(2, extensions)
                .bytes
                .toByteArray();
        byte[] message =
                new ClientHello().put(1, CLIENT_HELLO).block(3, hello).bytes.toByteArray();
        // Every record layer takes the version of TLS 1.0 for a first record.
        return new ClientHello()
                .put(1, HANDSHAKE)
                .put(2, 0x0301)
                .block(2, message)
                .bytes
                .toByteArray();
    }

    private static byte[] random() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return random;
    }

    private static byte[] numbers(int... numbers) {
        ClientHello all = new ClientHello();
        for (int number : numbers) {
            all.put(2, number);
        }
        return all.bytes.toByteArray();
    }

    /** A number of so many bytes. */
    private ClientHello put(int size, int number) {
        for (int i = size - 1; i >= 0; i--) {
            bytes.write(number >>> 8 * i);
        }
        return this;
    }

    /** Bytes with their length before them, in a number of so many bytes. */
    private ClientHello block(int size, byte[] content) {
        return put(size, content.length).all(content);
    }

    private ClientHello all(byte[] content) {
        bytes.writeBytes(content);
        return this;
    }
}
