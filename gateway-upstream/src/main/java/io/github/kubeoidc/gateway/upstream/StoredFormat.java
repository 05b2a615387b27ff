// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.StoredDocument;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How a stored document is written: a line with the format's name and the hex SHA-256 of all that follows, a line with the
 * time of the fetch, a line with {@code UPSTREAM_HOST}, and the bytes that upstream sent.
 */
final class StoredFormat {
    /** The largest file that is read, in bytes. No URL that is worth asking is longer than what this leaves for it. */
    static final int MAX_BYTES = Document.MAX_BYTES + 16 * 1024;

    private static final String NAME = "kube-oidc-gateway-document-1 ";
    private static final int DIGEST_END = NAME.length() + 64;

    private StoredFormat() {}

    static byte[] write(Document document, URI upstreamHost, Instant fetchedAt) {
        byte[] head = (fetchedAt + "\n" + upstreamHost + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] content = Arrays.copyOf(head, head.length + document.json().length);
        System.arraycopy(document.json(), 0, content, head.length, document.json().length);
        ByteArrayOutputStream file = new ByteArrayOutputStream(DIGEST_END + 1 + content.length);
        file.writeBytes((NAME + sha256(content) + "\n").getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(content);
        return file.toByteArray();
    }

    /**
     * Reads a stored document.
     *
     * @param now the wall clock; a time of fetch after it counts as now
     * @throws UnusableException if the bytes are damaged, of another upstream, or not a valid document
     */
    static StoredDocument read(DocumentKind kind, byte[] file, URI upstreamHost, Instant now) throws UnusableException {
        int content = DIGEST_END + 1;
        if (file.length < content || !text(file, 0, NAME.length()).equals(NAME) || file[DIGEST_END] != '\n') {
            throw new UnusableException("is not a stored document");
        }
        if (!text(file, NAME.length(), DIGEST_END).equals(sha256(Arrays.copyOfRange(file, content, file.length)))) {
            throw new UnusableException("is damaged");
        }
        int host = lineEnd(file, content) + 1;
        int json = lineEnd(file, host) + 1;
        if (!text(file, host, json - 1).equals(upstreamHost.toString())) {
            throw new UnusableException("is of another UPSTREAM_HOST");
        }
        Duration age = age(text(file, content, host - 1), now);
        try {
            byte[] bytes = Arrays.copyOfRange(file, json, file.length);
            return new StoredDocument(DocumentValidator.validate(kind, bytes), age);
        } catch (FetchException e) {
            throw new UnusableException("is " + e.getMessage());
        }
    }

    private static Duration age(String fetchedAt, Instant now) throws UnusableException {
        try {
            Duration age = Duration.between(Instant.parse(fetchedAt), now);
            if (age.isNegative()) {
                return Duration.ZERO;
            }
            // Beyond 292 years.
            age.toNanos();
            return age;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new UnusableException("has no possible time of fetch");
        }
    }

    private static int lineEnd(byte[] file, int from) throws UnusableException {
        for (int i = from; i < file.length; i++) {
            if (file[i] == '\n') {
                return i;
            }
        }
        throw new UnusableException("is not a stored document");
    }

    private static String text(byte[] file, int from, int to) {
        return new String(file, from, to - from, StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
