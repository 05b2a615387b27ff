// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.PublicKey;

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

    /** The first element of a SubjectPublicKeyInfo (RFC 5280, section 4.1), as Java itself writes it. */
    private static byte[] algorithm(byte[] publicKey) {
        ByteBuffer in = ByteBuffer.wrap(publicKey);
        skipHeader(in);
        int start = in.position();
        int end = skipHeader(in) + in.position();
        byte[] algorithm = new byte[end - start];
        in.position(start).get(algorithm);
        return algorithm;
    }

    /** Returns the length of the value that follows. */
    private static int skipHeader(ByteBuffer in) {
        in.get();
        int first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0x80; i < first; i++) {
            length = length << 8 | in.get() & 0xff;
        }
        return length;
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
