// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of a PEM file (RFC 7468, section 2). What stands outside of blocks is a comment.
 *
 * @param label what the block says that it is, {@code CERTIFICATE} for instance
 * @param text what stands between its first and its last line
 */
record Pem(String label, String text) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)(?:-----END \\1-----|\\z)", Pattern.DOTALL);

    /** The blocks of a file in their order. One without an end goes on to the end of the file. */
    static List<Pem> blocks(byte[] file) {
        return BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1))
                .results()
                .map(block -> new Pem(block.group(1), block.group(2)))
                .toList();
    }

    /** Whether a password is needed: PKCS#8 says so by the label, the older forms by a header (RFC 1421, section 4.6.1.1). */
    boolean isEncrypted() {
        return label.startsWith("ENCRYPTED") || text.contains("ENCRYPTED");
    }

    /** The bytes in it. Throws {@link IllegalArgumentException} where it is no Base64. */
    byte[] bytes() {
        return Base64.getMimeDecoder().decode(text);
    }
}
