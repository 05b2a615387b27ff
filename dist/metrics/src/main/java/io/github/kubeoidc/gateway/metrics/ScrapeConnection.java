// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the metrics' port, for one request: reads its head, answers, shuts the output down, and discards what still
 * comes (RFC 9112, section 9.6) until the client closes or its time is over. Used by one thread.
 */
final class ScrapeConnection {
    /** How long a connection may take from its begin to its end. */
    static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(5);

    static final int MAX_HEAD_BYTES = 4 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ScrapeConnection.class);
    private static final String TEXT = "text/plain; charset=utf-8";

    private final SelectionKey key;
    private final SocketChannel channel;
    private final ScrapeText text;
    private final long openedAt;
    private final ByteBuffer input = ByteBuffer.allocate(MAX_HEAD_BYTES);

    /** Head and body; {@code null} until the request's head is complete. */
    private ByteBuffer @Nullable [] answer;

    private boolean answered;

    ScrapeConnection(SelectionKey key, ScrapeText text, long openedAt) {
        this.key = key;
        this.channel = (SocketChannel) key.channel();
        this.text = text;
        this.openedAt = openedAt;
    }

    long age(long now) {
        return now - openedAt;
    }

    boolean isLate(long now) {
        return age(now) > BOUND_NANOS;
    }

    /** Does what can be done now. Does not throw for what the client does. */
    void proceed() {
        try {
            if (answer == null) {
                read();
            }
            if (answer != null && !answered) {
                write(answer);
            } else if (answered) {
                discard();
            }
        } catch (IOException e) {
            // The client has gone.
            close();
        }
    }

    private void read() throws IOException {
        boolean ended = channel.read(input) < 0;
        String head = new String(input.array(), 0, input.position(), StandardCharsets.ISO_8859_1);
        boolean hasBody = !head.startsWith("HEAD ");
        if (head.contains("\r\n\r\n")) {
            answer = answer(head, hasBody);
        } else if (!input.hasRemaining()) {
            answer = plain("431 Request Header Fields Too Large", "", hasBody);
        } else if (ended) {
            close();
        }
    }

    private ByteBuffer[] answer(String head, boolean hasBody) {
        String[] line = head.substring(0, head.indexOf('\r')).split(" ", -1);
        if (line.length != 3 || !line[2].matches("HTTP/1\\.[01]")) {
            return plain("400 Bad Request", "", hasBody);
        }
        int query = line[1].indexOf('?');
        if (!MetricsPort.PATH.equals(query < 0 ? line[1] : line[1].substring(0, query))) {
            return plain("404 Not Found", "", hasBody);
        }
        if (!line[0].equals("GET") && hasBody) {
            return plain("405 Method Not Allowed", "Allow: GET, HEAD\r\n", true);
        }
        try {
            return response("200 OK", PrometheusTextFormatWriter.CONTENT_TYPE, "", text.get(), hasBody);
        } catch (RuntimeException e) {
            LOG.warn("the metrics could not be read", e);
            return plain("500 Internal Server Error", "", hasBody);
        }
    }

    private static ByteBuffer[] plain(String status, String fields, boolean hasBody) {
        byte[] words = (status.substring(4) + "\n").getBytes(StandardCharsets.US_ASCII);
        return response(status, TEXT, fields, words, hasBody);
    }

    private static ByteBuffer[] response(String status, String type, String fields, byte[] body, boolean hasBody) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                + "\r\nCache-Control: no-store\r\nConnection: close\r\n" + fields + "\r\n";
        return new ByteBuffer[] {
            ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)), ByteBuffer.wrap(hasBody ? body : new byte[0])
        };
    }

    private void write(ByteBuffer[] buffers) throws IOException {
        channel.write(buffers);
        answered = Arrays.stream(buffers).noneMatch(ByteBuffer::hasRemaining);
        if (answered) {
            channel.shutdownOutput();
        }
        key.interestOps(answered ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
    }

    private void discard() throws IOException {
        input.clear();
        if (channel.read(input) < 0) {
            close();
        }
    }

    void close() {
        try {
            key.cancel();
            channel.close();
        } catch (IOException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }
}
