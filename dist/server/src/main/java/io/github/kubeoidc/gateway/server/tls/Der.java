// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.util.Arrays;

/** As much of DER (X.690) as it takes to make PKCS#8, which alone Java reads, of the older forms of a private key. */
final class Der {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final byte[] VERSION_0 = value(INTEGER, new byte[1]);

    private Der() {}

    /**
     * Wraps a key of PKCS#1 or SEC1 into PKCS#8 (RFC 5208, section 5). What names its algorithm, and the curve, is that of the
     * certificate's key: with another the two would not match anyway.
     */
    static byte[] pkcs8(PublicKey publicKey, byte[] key) {
        return value(SEQUENCE, VERSION_0, algorithm(publicKey.getEncoded()), value(OCTET_STRING, key));
    }

    /**
     * The first element of a SubjectPublicKeyInfo (RFC 5280, section 4.1), as Java itself writes it. Its length, other than that
     * of the whole, is one byte: it has an identifier, and at most that of a curve.
     */
    private static byte[] algorithm(byte[] publicKey) {
        int lengthOfWhole = publicKey[1];
        // Below 128 it is the length itself, else the number of bytes that follow with it.
        int start = lengthOfWhole >= 0 ? 2 : 2 + (lengthOfWhole & 0x7f);
        return Arrays.copyOfRange(publicKey, start, start + 2 + publicKey[start + 1]);
    }

    private static byte[] value(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (length < 0x80) {
            all.write(length);
        } else {
            // As few bytes of length as it takes: DER has one form for each value.
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            all.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                all.write(length >> shift);
            }
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
