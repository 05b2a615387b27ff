// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * Looks at what a client sends before Jetty does: where a head ends, how much memory an unfinished one takes up, and three
 * things in a request line that Jetty forgives and has no setting for (RFC 9112, sections 2.3 and 3; RFC 9110, section
 * 4.2.1). No request has a body that is read, so all that comes is heads.
 */
final class RequestHead {
    private static final int CR_LF_CR_LF = 0x0D0A0D0A;
    private static final byte[] VERSION = "HTTP/".getBytes(StandardCharsets.US_ASCII);
    private static final int LOWER_CASE = 0x20;

    /** What stands between a scheme and a host. */
    private static final byte[] AUTHORITY = "://".getBytes(StandardCharsets.US_ASCII);

    /** Where a host would have to begin, and does not. */
    private static final String NO_HOST = " /?#:";

    /** Jetty answers it with 400 wherever it stands. */
    private static final byte REFUSED = 0;

    /** What Jetty keeps of a field beside its characters: an object, a string each for name and value, their arrays. */
    private static final int BYTES_PER_FIELD = 160;

    private static final int BYTES_PER_CHARACTER = 2;

    /** Jetty refuses a longer head. What comes behind it, or behind any other refused one, it throws away. */
    private static final int MAX_BYTES = GatewayServer.MAX_REQUEST_HEAD_BYTES;

    private static final int MAX_LINES = MAX_BYTES / "a:\r\n".length();

    private int lastBytes;
    private int bytes;
    private int lines;
    private int spaces;
    private int versionBytes;
    private boolean isAbsolute;
    private int authorityBytes;

    /**
     * Goes on with what has been read: the last so many bytes of the buffer, of which some may be replaced.
     *
     * @return how many heads end in it
     */
    int read(ByteBuffer buffer, int length) {
        int ended = 0;
        for (int i = buffer.limit() - length; i < buffer.limit(); i++) {
            byte b = buffer.get(i);
            if (lines == 0 && isForgiven(b)) {
                buffer.put(i, REFUSED);
            }
            lastBytes = lastBytes << Byte.SIZE | b & 0xFF;
            bytes = Math.min(bytes + 1, MAX_BYTES);
            if (b == '\n' && endLine()) {
                ended++;
            }
        }
        return ended;
    }

    /** A second space in a row, an absolute target without a host, or a letter of the version's name in lower case. */
    private boolean isForgiven(byte b) {
        if (spaces == 1 && isHostless(b)) {
            return true;
        }
        if (b == ' ') {
            spaces++;
            return bytes > 0 && (byte) lastBytes == ' ';
        }
        if (spaces != 2 || versionBytes == VERSION.length) {
            return false;
        }
        byte letter = VERSION[versionBytes++];
        return b != letter && b == (letter | LOWER_CASE);
    }

    /** Whether this character of the target is one that a host should have begun with. */
    private boolean isHostless(byte b) {
        if ((byte) lastBytes == ' ') {
            isAbsolute = b != '/' && b != '*';
            authorityBytes = 0;
        }
        if (!isAbsolute) {
            return false;
        }
        if (authorityBytes == AUTHORITY.length) {
            isAbsolute = false;
            return NO_HOST.indexOf(b) >= 0;
        }
        if (b == AUTHORITY[authorityBytes]) {
            authorityBytes++;
            return false;
        }
        // A colon alone is what CONNECT has.
        isAbsolute = authorityBytes == 0;
        return authorityBytes == 2;
    }

    /** Takes note of a line's end, and tells whether it is a head's. */
    private boolean endLine() {
        boolean isEmpty = bytes == 2 && lines == 0;
        lines = Math.min(lines + 1, MAX_LINES);
        if (lastBytes == CR_LF_CR_LF || isEmpty) {
            bytes = 0;
            lines = 0;
            spaces = 0;
            versionBytes = 0;
        }
        return lines == 0 && !isEmpty;
    }

    /** Whether something came after the last head that ended. */
    boolean isUnfinished() {
        return bytes > 0;
    }

    /** The memory that an unfinished head takes up, in bytes: an estimate, rather too much than too little. */
    int heldBytes() {
        return bytes * BYTES_PER_CHARACTER + lines * BYTES_PER_FIELD;
    }

    /** The memory that a request takes up until it is answered, likewise. */
    static int heldBytes(String target, HttpFields fields) {
        int characters = target.length();
        for (HttpField field : fields) {
            characters += field.getName().length();
            characters += field.getValue() == null ? 0 : field.getValue().length();
        }
        return characters * BYTES_PER_CHARACTER + fields.size() * BYTES_PER_FIELD;
    }
}
