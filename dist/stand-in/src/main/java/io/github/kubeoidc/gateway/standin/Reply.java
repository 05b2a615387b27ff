// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * How a stand-in answers one request, well or badly.
 *
 * <p>Bodies are given whole; what is wrong with the answer is in the name of the method that makes it.
 */
@FunctionalInterface
public interface Reply {

    /**
     * Answers one request. Blocks as long as the answer takes.
     *
     * @param in the connection's input, at its end when the client has gone
     * @param out the connection's output
     * @return whether the connection can take another request
     * @throws IOException if the client has gone
     */
    boolean send(InputStream in, OutputStream out) throws IOException;

    /**
     * {@return an answer as it should be}
     *
     * @param status the status code
     * @param contentType the media type
     * @param body the body
     */
    static Reply of(int status, String contentType, byte[] body) {
        return (in, out) -> {
            ByteArrayOutputStream answer = new ByteArrayOutputStream(body.length + 256);
            answer.write(head(status, contentType, "Content-Length: " + body.length));
            answer.write(body);
            answer.writeTo(out);
            out.flush();
            return true;
        };
    }

    /**
     * {@return a status with a document as its body, whatever the status is}
     *
     * @param status the status code
     * @param json the body
     */
    static Reply status(int status, String json) {
        return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * {@return a redirect}
     *
     * @param status 301, 302, 307 or 308
     * @param location where to
     */
    static Reply redirect(int status, String location) {
        return (in, out) -> {
            out.write(head(status, "text/plain", "Location: " + location + "\r\nContent-Length: 0"));
            out.flush();
            return true;
        };
    }

    /**
     * {@return a good answer in chunks (RFC 9112 7.1)}
     *
     * @param body the body
     */
    static Reply chunked(byte[] body) {
        return (in, out) -> {
            out.write(head(200, "application/json", "Transfer-Encoding: chunked"));
            int half = body.length / 2;
            chunk(out, body, 0, half);
            chunk(out, body, half, body.length - half);
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return true;
        };
    }

    /** {@return chunks of white space that never end} */
    static Reply endless() {
        return (in, out) -> {
            out.write(head(200, "application/json", "Transfer-Encoding: chunked"));
            byte[] blanks = " ".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
            while (!Thread.currentThread().isInterrupted()) {
                chunk(out, blanks, 0, blanks.length);
            }
            return false;
        };
    }

    /** {@return no byte of an answer, until the client goes} */
    static Reply hang() {
        return (in, out) -> untilClientGoes(in);
    }

    /**
     * {@return the head and half of the body, then nothing, until the client goes}
     *
     * @param body the body
     */
    static Reply hangInBody(byte[] body) {
        return (in, out) -> {
            out.write(head(200, "application/json", "Content-Length: " + body.length));
            out.write(body, 0, body.length / 2);
            out.flush();
            return untilClientGoes(in);
        };
    }

    /**
     * {@return the head, and then one byte of the body every 100 ms}
     *
     * @param body the body
     */
    static Reply dribble(byte[] body) {
        return (in, out) -> {
            out.write(head(200, "application/json", "Content-Length: " + body.length));
            for (byte octet : body) {
                out.write(octet);
                out.flush();
                Pace.pause(Duration.ofMillis(100));
            }
            return true;
        };
    }

    /**
     * A body that ends with the connection, half way to its {@code Content-Length}.
     *
     * @param body the body
     * @return the reply
     */
    static Reply cutShort(byte[] body) {
        return (in, out) -> {
            out.write(head(200, "application/json", "Content-Length: " + body.length));
            out.write(body, 0, body.length / 2);
            out.flush();
            return false;
        };
    }

    /**
     * A {@code Content-Length} that is one byte too small for the body.
     *
     * @param body the body
     * @return the reply
     */
    static Reply lengthTooSmall(byte[] body) {
        return (in, out) -> {
            out.write(head(200, "application/json", "Content-Length: " + (body.length - 1)));
            out.write(body);
            out.flush();
            return false;
        };
    }

    /** {@return bytes that are no HTTP at all} */
    static Reply garbage() {
        return (in, out) -> {
            out.write("220 mail.example ESMTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return false;
        };
    }

    /**
     * {@return this reply, not before a latch is released}
     *
     * @param release what to wait for
     */
    default Reply after(CountDownLatch release) {
        return (in, out) -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            return send(in, out);
        };
    }

    private static boolean untilClientGoes(InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        return false;
    }

    private static byte[] head(int status, String contentType, String fields) {
        return ("HTTP/1.1 " + status + " Stand-In\r\nContent-Type: " + contentType + "\r\n" + fields + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void chunk(OutputStream out, byte[] body, int offset, int length) throws IOException {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body, offset, length);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
