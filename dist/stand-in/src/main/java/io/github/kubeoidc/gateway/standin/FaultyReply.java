// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/** Answers that no API server should give and some have given, beside the simple ones of {@link Reply}. */
public final class FaultyReply {

    private FaultyReply() {}

    /** Has the stand-in reset the connection instead of closing it. */
    static final class Reset extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** {@return a reset of the connection instead of an answer} */
    public static Reply reset() {
        return (in, out) -> {
            throw new Reset();
        };
    }

    /**
     * {@return a good head, one byte of it every 100 ms, and then the body}
     *
     * @param body the body
     */
    public static Reply dribbleHead(byte[] body) {
        return (in, out) -> {
            for (byte octet : head("Content-Length: " + body.length)) {
                out.write(octet);
                out.flush();
                Pace.pause(Duration.ofMillis(100));
            }
            out.write(body);
            out.flush();
            return true;
        };
    }

    /**
     * A {@code Content-Length} that is one byte too large for the body, on a connection that stays open.
     *
     * @param body the body
     * @return the reply
     */
    public static Reply lengthTooLarge(byte[] body) {
        return (in, out) -> {
            out.write(head("Content-Length: " + (body.length + 1)));
            out.write(body);
            out.flush();
            in.transferTo(OutputStream.nullOutputStream());
            return false;
        };
    }

    /**
     * {@return a body in a content coding that nobody asked for}
     *
     * @param body the body before it is compressed
     */
    public static Reply gzip(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new IllegalStateException("an array takes everything", e);
        }
        return exactly(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                        + compressed.size() + "\r\n\r\n",
                compressed.toByteArray());
    }

    /**
     * {@return these bytes, after which the connection takes another request}
     *
     * @param head what is sent first, in ISO 8859-1
     * @param body what follows
     */
    public static Reply exactly(String head, byte[] body) {
        return (in, out) -> {
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            return true;
        };
    }

    /**
     * {@return these bytes, and then others again and again, until the client goes}
     *
     * @param head what is sent first, in ISO 8859-1
     * @param repeated what follows without end, in ISO 8859-1
     */
    public static Reply endless(String head, String repeated) {
        byte[] some = repeated.repeat(1 + 16 * 1024 / repeated.length()).getBytes(StandardCharsets.ISO_8859_1);
        return (in, out) -> {
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (!Thread.currentThread().isInterrupted()) {
                out.write(some);
                out.flush();
            }
            return false;
        };
    }

    private static byte[] head(String field) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + field + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
