// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentMembers;
import io.github.kubeoidc.gateway.api.LogText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** Files below a directory, at the paths of the documents. Each is replaced at once, so that no reader finds half of one. */
final class ExportedFiles {
    private static final int MAX_ID = 100;

    /** Longer than any run takes: what it has written beside a file by then is nobody's any more. */
    private static final Duration RUN_BOUND = Duration.ofHours(1);

    /** More than a document has however it is written: one of the API server's at its largest, indented. */
    private static final int MAX_BYTES = 4 * Document.MAX_BYTES;

    private ExportedFiles() {}

    /**
     * Writes what is different. All of it is on the disk before the first file is replaced.
     *
     * @return a line for each file that says what became of it
     * @throws IOException if one cannot be written
     */
    static List<String> write(Path directory, Map<DocumentKind, byte[]> bodies) throws IOException {
        List<String> said = new ArrayList<>();
        Map<Path, Path> written = new LinkedHashMap<>();
        try {
            for (Map.Entry<DocumentKind, byte[]> entry : bodies.entrySet()) {
                Path file = directory.resolve(entry.getKey().path().substring(1));
                deleteLeft(file);
                byte[] before = content(file);
                byte[] now = entry.getValue();
                if (Arrays.equals(before, now)) {
                    said.add(file + ": unchanged");
                    continue;
                }
                Files.createDirectories(file.getParent());
                Path beside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".new");
                written.put(file, beside);
                write(beside, now);
                boolean isKeySet = entry.getKey() == DocumentKind.JWKS;
                said.add(file + (before.length == 0 ? ": new" : ": changed") + (isKeySet ? keys(before, now) : ""));
            }
            for (Map.Entry<Path, Path> entry : written.entrySet()) {
                Files.move(entry.getValue(), entry.getKey(), StandardCopyOption.ATOMIC_MOVE);
            }
            return said;
        } finally {
            for (Path beside : written.values()) {
                Files.deleteIfExists(beside);
            }
        }
    }

    /**
     * Deletes what runs that were killed have left beside a file, as somebody may publish the whole directory. What cannot be
     * deleted stays: the documents are to be written all the same.
     */
    private static void deleteLeft(Path file) {
        String left = "." + file.getFileName() + ".*-*-*-*-*.new";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(file.getParent(), left)) {
            all.forEach(ExportedFiles::deleteIfOld);
        } catch (IOException | DirectoryIteratorException e) {
            // Mostly there is no such directory yet.
        }
    }

    private static void deleteIfOld(Path beside) {
        FileTime old = FileTime.from(Instant.now().minus(RUN_BOUND));
        try {
            if (Files.getLastModifiedTime(beside).compareTo(old) < 0) {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            // Another run has deleted or renamed it, or it belongs to somebody else.
        }
    }

    private static byte[] content(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // To open a FIFO waits for a process that writes to it.
            throw new IOException(file + " is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(file + " is larger than any document, " + MAX_BYTES + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static String keys(byte[] before, byte[] now) {
        Set<String> came = ids(now);
        Set<String> went = ids(before);
        Set<String> both = new TreeSet<>(came);
        both.retainAll(went);
        came.removeAll(both);
        went.removeAll(both);
        return (came.isEmpty() ? "" : "; keys added: " + String.join(", ", came))
                + (went.isEmpty() ? "" : "; keys removed: " + String.join(", ", went));
    }

    /** The {@code kid}s of a key set; none of what is no key set, as a file of somebody else. */
    private static Set<String> ids(byte[] jwks) {
        return DocumentMembers.ids(jwks).stream()
                .map(id -> LogText.escape(id, MAX_ID))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
