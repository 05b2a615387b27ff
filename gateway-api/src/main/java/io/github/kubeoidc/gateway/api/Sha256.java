// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of bytes. */
public final class Sha256 {
    /** The length of one in hexadecimal, in characters. */
    public static final int HEX_LENGTH = 64;

    private Sha256() {}

    /**
     * Computes the digest (FIPS 180-4).
     *
     * @param bytes any bytes
     * @return it in lower-case hexadecimal
     */
    public static String hex(byte[] bytes) {
        return hex(bytes, 0);
    }

    /**
     * Computes the digest of the end of an array, of which it makes no copy.
     *
     * @param bytes any bytes
     * @param from where the end begins
     * @return it in lower-case hexadecimal
     */
    public static String hex(byte[] bytes, int from) {
        MessageDigest digest = digest();
        digest.update(bytes, from, bytes.length - from);
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Computes the digest of texts, one at a time: together they may be large.
     *
     * @param texts any texts; each counts in UTF-8 and with a NUL behind it
     * @return it in lower-case hexadecimal
     */
    public static String hex(Iterable<String> texts) {
        MessageDigest digest = digest();
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
