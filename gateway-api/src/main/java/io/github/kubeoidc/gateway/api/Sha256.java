// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

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
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
