// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents in {@code CACHE_DIR}, one file each, written beside and renamed: whenever the process ends, a whole document is
 * there. Reading makes no file and deletes none. A thread of its own writes, and only while there is something to write, so
 * that a disk that hangs delays no other thread; of several documents that wait for it the newest counts. Gateways of the same
 * upstream may share the directory.
 */
public final class DocumentFiles implements DocumentStore {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentFiles.class);
    static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

    // With a TTL of 0 every request fetches; a file's time need not be truer than that.
    private static final Duration SAME_AGAIN = Duration.ofSeconds(1);

    private final Path directory;
    private final URI upstreamHost;
    private final InstantSource clock;
    private final DocumentValidation validation;
    private final @Nullable FileTrust trust;
    private final Duration closeBound;

    private final Map<DocumentKind, Fetched> newest = new EnumMap<>(DocumentKind.class);
    private final Set<DocumentKind> waiting = EnumSet.noneOf(DocumentKind.class);
    private @Nullable Thread writer;
    private boolean closed;
    private final Map<DocumentKind, String> loggedProblems = new ConcurrentHashMap<>();

    private DocumentFiles(
            Path directory,
            URI upstreamHost,
            InstantSource clock,
            DocumentValidation validation,
            @Nullable FileTrust trust,
            Duration closeBound) {
        this.directory = directory;
        this.upstreamHost = upstreamHost;
        this.clock = clock;
        this.validation = validation;
        this.trust = trust;
        this.closeBound = closeBound;
    }

    /**
     * Opens the store, and removes the half-written files of this user: a gateway that was killed left them. A gateway that
     * is writing one into the same directory now writes it once more.
     *
     * @param directory exists, on a POSIX file system
     * @param upstreamHost documents of another one are ignored
     * @param clock the wall clock
     * @param validation decides whether what is stored is a document
     * @return the store, to be closed
     */
    public static DocumentFiles open(
            Path directory, URI upstreamHost, InstantSource clock, DocumentValidation validation) {
        return open(directory, upstreamHost, clock, validation, CLOSE_BOUND);
    }

    /** Opens one whose close waits for so long at most for what is to be written. */
    static DocumentFiles open(
            Path directory, URI upstreamHost, InstantSource clock, DocumentValidation validation, Duration closeBound) {
        FileTrust trust = null;
        try {
            trust = FileTrust.of(directory);
            ReplacedFile.removeLeftBehind(directory, trust);
        } catch (IOException e) {
            LOG.warn(
                    "CACHE_DIR {}: it cannot be known which files are the gateway's own ({}): all are ignored",
                    directory,
                    reason(e));
        }
        return new DocumentFiles(directory, upstreamHost, clock, validation, trust, closeBound);
    }

    @Override
    public @Nullable StoredDocument load(DocumentKind kind, ExpectedIssuer expectedIssuer) {
        Path file = file(kind);
        try {
            if (trust == null) {
                return null;
            }
            trust.check(file);
            StoredDocument stored = StoredFormat.read(kind, read(file), upstreamHost, clock.instant(), validation);
            expectedIssuer.accept(stored.document());
            LOG.info(
                    "CACHE_DIR {} was fetched {}s ago and is served until upstream answers",
                    file,
                    stored.age().toSeconds());
            return stored;
        } catch (NoSuchFileException e) {
            // As at the very first start.
        } catch (IOException e) {
            LOG.warn("CACHE_DIR {} cannot be read ({}): it is ignored", file, reason(e));
        } catch (UnusableFileException e) {
            LOG.warn("CACHE_DIR {} {}: it is ignored", file, e.getMessage());
        } catch (FetchException e) {
            LOG.warn("CACHE_DIR {} is {}: it is ignored", file, e.getMessage());
        }
        return null;
    }

    private static byte[] read(Path file) throws IOException, UnusableFileException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(StoredFormat.MAX_BYTES + 1);
            if (bytes.length > StoredFormat.MAX_BYTES) {
                throw new UnusableFileException("is larger than " + StoredFormat.MAX_BYTES + " bytes");
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
            // The system allows no more threads. The fetch was good all the same.
            warnOnce(document.kind(), directory + " cannot be written to (no thread)");
        }
    }

    private void writeAll() {
        try {
            for (Fetched next = next(); next != null; next = next()) {
                write(next);
            }
        } finally {
            // Whatever ended it, the next document has a writer.
            synchronized (this) {
                if (writer == Thread.currentThread()) {
                    writer = null;
                }
            }
        }
    }

    /** Takes the documents that wait to be written, or ends the writer's work where none do. */
    private synchronized @Nullable Fetched next() {
        for (DocumentKind kind : DocumentKind.values()) {
            if (waiting.remove(kind)) {
                return newest.get(kind);
            }
        }
        writer = null;
        return null;
    }

    private void write(Fetched fetched) {
        DocumentKind kind = fetched.document.kind();
        Path file = file(kind);
        try {
            ReplacedFile.write(file, StoredFormat.write(fetched.document, upstreamHost, fetched.at));
            loggedProblems.remove(kind);
        } catch (IOException e) {
            warnOnce(kind, file + " cannot be written (" + reason(e) + ")");
        } catch (RuntimeException | Error e) {
            warnOnce(kind, file + " cannot be written (" + e.getClass().getSimpleName() + ")");
        }
    }

    private Path file(DocumentKind kind) {
        return directory.resolve(kind.fileName());
    }

    private void warnOnce(DocumentKind kind, String problem) {
        if (!problem.equals(loggedProblems.put(kind, problem))) {
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
                TimeUnit.NANOSECONDS.timedJoin(last, closeBound.toNanos());
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
