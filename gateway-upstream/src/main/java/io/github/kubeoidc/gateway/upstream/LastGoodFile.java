// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that others replace, read anew each time. A problem with it is logged once, and the last good content stays
 * in use. Reading it may block for good, which costs one thread of the executor and delays no other caller.
 *
 * @param <T> what the file's bytes mean
 */
final class LastGoodFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(LastGoodFile.class);

    /** How long a fetch waits for a read at most. */
    static final Duration READ_WAIT = Duration.ofMillis(500);

    private final String variable;
    private final Path path;
    private final int maxBytes;
    private final Parser<T> parser;
    private final String tooSlow;
    private final BlockingCall<byte[]> reading;

    private byte[] goodBytes = new byte[0];
    private volatile @Nullable T good;
    private volatile @Nullable String problem;

    /** Whether it has been told that reads take too long. The next one in time says that they no longer do. */
    private final AtomicBoolean slow = new AtomicBoolean();

    /**
     * Reads nothing yet.
     *
     * @param patience how long callers wait for the bytes; a caller that comes when it has taken longer does not wait at all
     */
    LastGoodFile(String variable, Path path, int maxBytes, Parser<T> parser, Executor executor, Duration patience) {
        this.variable = variable;
        this.path = path;
        this.maxBytes = maxBytes;
        this.parser = parser;
        this.tooSlow = "takes more than " + patience.toMillis() + " ms to read";
        this.reading = new BlockingCall<>(this::content, executor, patience.toNanos(), this::onRead);
    }

    /** Begins to read the file, so that a fault of it is logged. Does not wait. */
    void probe() {
        reading.begin();
    }

    /** Whenever a read ends: callers that had no patience for it have gone, and later ones get what it brought. */
    private void onRead(byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (bytes != null) {
            use(bytes);
        } else if (failure != null) {
            warnOnce(words(failure));
        }
    }

    /**
     * Returns what the file means now, or last meant where it cannot be read or used now: the same object as long as the
     * bytes are the same. {@code null} if it never was good. Where reading takes too long, that is what an earlier read brought.
     */
    @Nullable
    T read() throws InterruptedException {
        try {
            byte[] bytes = reading.get();
            slow.set(false);
            use(bytes);
        } catch (TimeoutException e) {
            if (!slow.getAndSet(true)) {
                warn(tooSlow);
            }
        } catch (ExecutionException e) {
            slow.set(false);
            warnOnce(words(e.getCause()));
        }
        return good;
    }

    /** Returns what the file last meant, without reading it; {@code null} if it never was good. */
    @Nullable
    T lastGood() {
        return good;
    }

    /** Names the file, and what is wrong with it, for an error message. */
    @Override
    public String toString() {
        String now = problem == null && slow.get() ? tooSlow : problem;
        return variable + " " + path + (now == null ? "" : " " + now);
    }

    /** May take seconds where the processor is slow and has not done it before, which is no reason to go on without it. */
    private synchronized void use(byte[] bytes) {
        try {
            if (good == null || !Arrays.equals(bytes, goodBytes)) {
                good = parser.parse(bytes);
                goodBytes = bytes;
            }
            problem = null;
        } catch (UnusableException | RuntimeException | Error e) {
            warnOnce(words(e));
        }
    }

    private static String words(Throwable failure) {
        if (failure instanceof UnusableException unusable) {
            return unusable.getMessage();
        }
        return failure instanceof NoSuchFileException
                ? "does not exist"
                : "cannot be read (" + failure.getClass().getSimpleName() + ")";
    }

    private byte[] content() throws IOException, UnusableException {
        // Opening a FIFO waits for a process that writes to it; reading its attributes does not.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new UnusableException("cannot be read: it is no regular file, and opening it may block");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new UnusableException("is larger than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    private synchronized void warnOnce(String now) {
        if (!now.equals(problem)) {
            problem = now;
            warn(now);
        }
    }

    private void warn(String now) {
        LOG.warn(
                "{} {} {}: {}",
                variable,
                path,
                now,
                good == null ? "documents cannot be fetched until it is there" : "the last good one stays in use");
    }

    /** Reads meaning into bytes. */
    interface Parser<T> {
        T parse(byte[] bytes) throws UnusableException;
    }

    /** The file's content cannot be used; the message says why and quotes nothing of it. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
