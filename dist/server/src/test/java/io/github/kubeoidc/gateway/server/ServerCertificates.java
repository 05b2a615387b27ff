// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.stream.Stream;

/** Certificates of servers, with RSA and EC keys, made once. */
public final class ServerCertificates {
    public static final Certificates ALL = Certificates.inMemory(none -> none.make("ca", "-ext", "bc:c")
            .make("rsa", server("-keyalg", "RSA", "-keysize", "2048"))
            .make("rsa768", server("-keyalg", "RSA", "-keysize", "768"))
            .make("ec", server("-keyalg", "EC", "-groupname", "secp256r1"))
            .make("ec384", server("-keyalg", "EC", "-groupname", "secp384r1"))
            .make("ec521", server("-keyalg", "EC", "-groupname", "secp521r1"))
            .make("other", server("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"))
            .make("expired", server("-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "-9d", "-validity", "2"))
            .make("early", server("-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "+9d")));

    private ServerCertificates() {}

    private static String[] server(String... key) {
        return Stream.concat(Stream.of("-signer", "ca", "-ext", "san=dns:localhost"), Stream.of(key))
                .toArray(String[]::new);
    }

    /** The key in the form that is older than PKCS#8: what PKCS#8 wraps. */
    public static String olderKey(String alias) {
        byte[] pkcs8 = Base64.getMimeDecoder().decode(ALL.key(alias).replaceAll("-----.*-----", ""));
        ByteBuffer in = ByteBuffer.wrap(pkcs8);
        next(in);
        skip(in);
        skip(in);
        byte[] inner = new byte[next(in)];
        in.get(inner);
        return Certificates.pem(alias.equals("rsa") ? "RSA PRIVATE KEY" : "EC PRIVATE KEY", inner);
    }

    private static void skip(ByteBuffer in) {
        int length = next(in);
        in.position(in.position() + length);
    }

    /** The length of the element that begins here. */
    private static int next(ByteBuffer in) {
        in.get();
        int first = in.get() & 0xff;
        return first < 0x80 ? first : first == 0x81 ? in.get() & 0xff : in.getShort() & 0xffff;
    }
}
