// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentStore;
import io.github.kubeoidc.gateway.api.StoredDocument;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents in {@code CACHE_DIR}, one file each, written beside and renamed: whenever the process ends, a whole document is
 * there. A thread of its own writes, and only while there is something to write, so that a disk that hangs holds nobody up;
 * of several documents that wait for it the newest counts.
 */
public final class DocumentFiles implements DocumentStore {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentFiles.class);
    private static final String TEMPORARY = ".tmp";
    private static final String LEFT_BEHIND = "{openid-configuration,jwks,probe}-*" + TEMPORARY;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

    // With a TTL of 0 every request fetches; a file's time need not be truer than that.
    private static final Duration SAME_AGAIN = Duration.ofSeconds(1);

    private final Path directory;
    private final URI upstreamHost;
    private final InstantSource clock;
    private final @Nullable UserPrincipal self;

    private final Map<DocumentKind, Fetched> newest = new EnumMap<>(DocumentKind.class);
    private final Set<DocumentKind> waiting = EnumSet.noneOf(DocumentKind.class);
    private @Nullable Thread writer;
    private volatile @Nullable String loggedProblem;
    private boolean closed;

    private DocumentFiles(Path directory, URI upstreamHost, InstantSource clock) {
        this.directory = directory;
        this.upstreamHost = upstreamHost;
        this.clock = clock;
        this.self = probe();
    }

    /**
     * Opens the store, and removes what an earlier process that was killed has left half-written.
     *
     * @param directory exists, on a POSIX file system; where it cannot be written to, that is logged
     * @param upstreamHost documents of another one are ignored
     * @param clock the wall clock
     * @return the store, to be closed
     */
    public static DocumentFiles open(Path directory, URI upstreamHost, InstantSource clock) {
        return new DocumentFiles(directory, upstreamHost, clock);
    }

    @Override
    public @Nullable StoredDocument load(DocumentKind kind) {
        Path file = file(kind);
        try {
            StoredDocument stored = StoredFormat.read(kind, read(file), upstreamHost, clock.instant());
            LOG.info(
                    "CACHE_DIR {} was fetched {}s ago and is served until upstream answers",
                    file,
                    stored.age().toSeconds());
            return stored;
        } catch (NoSuchFileException e) {
            // As at the very first start.
        } catch (IOException e) {
            LOG.warn("CACHE_DIR {} cannot be read ({}): it is ignored", file, reason(e));
        } catch (UnusableException e) {
            LOG.warn("CACHE_DIR {} {}: it is ignored", file, e.getMessage());
        }
        return null;
    }

    private byte[] read(Path file) throws IOException, UnusableException {
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new UnusableException(attributes.isSymbolicLink() ? "is a symbolic link" : "is not a file");
        }
        if (!attributes.owner().equals(self)) {
            throw new UnusableException("belongs to another user");
        }
        if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new UnusableException("may be written by others");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(StoredFormat.MAX_BYTES + 1);
            if (bytes.length > StoredFormat.MAX_BYTES) {
                throw new UnusableException("is larger than " + StoredFormat.MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    @Override
    public synchronized void save(Document document) {
        Fetched fetched = new Fetched(document, clock.instant());
        if (closed || !fetched.adds(newest.get(document.kind()))) {
            return;
        }
        newest.put(document.kind(), fetched);
        waiting.add(document.kind());
        if (writer != null) {
            return;
        }
        Thread thread = new Thread(this::writeAll, "cache-dir");
        thread.setDaemon(true);
        try {
            thread.start();
            writer = thread;
        } catch (OutOfMemoryError e) {
            // By the system, which allows no more threads: the fetch was good all the same.
            warnOnce(directory + " cannot be written to (no thread)");
        }
    }

    private void writeAll() {
        for (Fetched next = next(); next != null; next = next()) {
            Path file = file(next.document.kind());
            try {
                write(file, StoredFormat.write(next.document, upstreamHost, next.at));
                loggedProblem = null;
            } catch (IOException e) {
                warnOnce(file + " cannot be written (" + reason(e) + ")");
            } catch (RuntimeException e) {
                warnOnce(file + " cannot be written (" + e.getClass().getSimpleName() + ")");
            }
        }
    }

    private synchronized @Nullable Fetched next() {
        for (DocumentKind kind : DocumentKind.values()) {
            if (waiting.remove(kind)) {
                return newest.get(kind);
            }
        }
        writer = null;
        return null;
    }

    private void write(Path file, byte[] bytes) throws IOException {
        // Made with mode 0600, and never through a link that somebody has put there.
        Path beside = Files.createTempFile(directory, file.getFileName() + "-", TEMPORARY);
        try {
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                // Else the rename may survive a crash of the node, and the content not.
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(beside);
            throw e;
        }
    }

    /** Tidies up, and finds out as whom this process makes files. */
    private @Nullable UserPrincipal probe() {
        try {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, LEFT_BEHIND)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
            Path file = Files.createTempFile(directory, "probe-", TEMPORARY);
            UserPrincipal owner = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
            Files.delete(file);
            return owner;
        } catch (IOException e) {
            warnOnce(directory + " cannot be written to (" + reason(e) + ")");
            return null;
        }
    }

    private Path file(DocumentKind kind) {
        return directory.resolve(kind == DocumentKind.DISCOVERY ? "openid-configuration" : "jwks");
    }

    private void warnOnce(String problem) {
        if (!problem.equals(loggedProblem)) {
            loggedProblem = problem;
            LOG.warn("CACHE_DIR {}: a restart finds what was kept before, or nothing", problem);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException about) {
            return about.getReason() == null ? e.getClass().getSimpleName() : about.getReason();
        }
        return String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        Thread last;
        synchronized (this) {
            closed = true;
            last = writer;
        }
        try {
            if (last != null) {
                TimeUnit.NANOSECONDS.timedJoin(last, CLOSE_BOUND.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Fetched(Document document, Instant at) {
        boolean adds(@Nullable Fetched before) {
            return before == null
                    || Duration.between(before.at, at).abs().compareTo(SAME_AGAIN) >= 0
                    || !Arrays.equals(document.json(), before.document.json());
        }
    }
}
