// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * How a stored document is written: a line with the format's name and the hex SHA-256 of all that follows, a line with the
 * time of the fetch and, where upstream sent one, its {@code max-age} in seconds after a space, a line with
 * {@code UPSTREAM_HOST}, and the bytes that upstream sent.
 */
final class StoredFormat {
    /** The largest file that is read, in bytes. No usable URL is longer than the room that this leaves for it. */
    static final int MAX_BYTES = Document.MAX_BYTES + 16 * 1024;

    private static final String NAME = "kube-oidc-gateway-document-1 ";
    private static final int DIGEST_END = NAME.length() + Sha256.HEX_LENGTH;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");

    private StoredFormat() {}

    static byte[] write(Document document, URI upstreamHost, Instant fetchedAt) {
        Duration maxAge = document.upstreamMaxAge();
        String kept = maxAge == null ? "" : " " + maxAge.toSeconds();
        byte[] head = (fetchedAt + kept + "\n" + upstreamHost + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] json = document.json();
        int content = DIGEST_END + 1;
        // In one array: a large document is not to be in memory three times.
        byte[] file = new byte[content + head.length + json.length];
        System.arraycopy(head, 0, file, content, head.length);
        System.arraycopy(json, 0, file, content + head.length, json.length);
        byte[] begin = (NAME + Sha256.hex(file, content) + "\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(begin, 0, file, 0, begin.length);
        return file;
    }

    /**
     * Reads a stored document.
     *
     * @param now the wall clock; a time of fetch after it counts as now
     * @throws UnusableFileException if the bytes are damaged, of another upstream, or not a valid document
     */
    static StoredDocument read(
            DocumentKind kind, byte[] file, URI upstreamHost, Instant now, DocumentValidation validation)
            throws UnusableFileException {
        int content = DIGEST_END + 1;
        if (file.length < content || !text(file, 0, NAME.length()).equals(NAME) || file[DIGEST_END] != '\n') {
            throw new UnusableFileException("is not a stored document");
        }
        if (!text(file, NAME.length(), DIGEST_END).equals(Sha256.hex(file, content))) {
            throw new UnusableFileException("is damaged");
        }
        int host = lineEnd(file, content) + 1;
        int json = lineEnd(file, host) + 1;
        if (!text(file, host, json - 1).equals(upstreamHost.toString())) {
            throw new UnusableFileException("is of another UPSTREAM_HOST");
        }
        String[] times = text(file, content, host - 1).split(" ", 2);
        Duration age = age(times[0], now);
        Duration maxAge = times.length == 1 ? null : maxAge(times[1]);
        try {
            byte[] bytes = Arrays.copyOfRange(file, json, file.length);
            return new StoredDocument(validation.validate(kind, bytes).withUpstreamMaxAge(maxAge), age);
        } catch (FetchException e) {
            throw new UnusableFileException("is " + e.getMessage());
        }
    }

    private static Duration age(String fetchedAt, Instant now) throws UnusableFileException {
        try {
            Duration age = Duration.between(Instant.parse(fetchedAt), now);
            if (age.isNegative()) {
                return Duration.ZERO;
            }
            // Beyond 292 years.
            age.toNanos();
            return age;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new UnusableFileException("has no possible time of fetch");
        }
    }

    private static Duration maxAge(String seconds) throws UnusableFileException {
        if (!DIGITS.matcher(seconds).matches()) {
            throw new UnusableFileException("has no possible max-age");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    private static int lineEnd(byte[] file, int from) throws UnusableFileException {
        for (int i = from; i < file.length; i++) {
            if (file[i] == '\n') {
                return i;
            }
        }
        throw new UnusableFileException("is not a stored document");
    }

    private static String text(byte[] file, int from, int to) {
        return new String(file, from, to - from, StandardCharsets.UTF_8);
    }
}
