// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that others replace, read anew each time. What cannot be read or used is logged once, and the last good
 * content stays in use.
 *
 * @param <T> what the file's bytes mean
 */
final class LastGoodFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(LastGoodFile.class);

    private final String variable;
    private final Path path;
    private final int maxBytes;
    private final Parser<T> parser;

    private byte[] goodBytes = new byte[0];
    private @Nullable T good;
    private @Nullable String loggedProblem;

    LastGoodFile(String variable, Path path, int maxBytes, Parser<T> parser) {
        this.variable = variable;
        this.path = path;
        this.maxBytes = maxBytes;
        this.parser = parser;
    }

    /** Returns what the file means now, the same object as long as its bytes are the same; {@code null} if it never was good. */
    synchronized @Nullable T read() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new UnusableException("is larger than " + maxBytes + " bytes");
            }
            if (good == null || !Arrays.equals(bytes, goodBytes)) {
                good = parser.parse(bytes);
                goodBytes = bytes;
            }
            loggedProblem = null;
        } catch (NoSuchFileException e) {
            warnOnce("does not exist");
        } catch (IOException e) {
            warnOnce("cannot be read (" + e.getClass().getSimpleName() + ")");
        } catch (UnusableException e) {
            warnOnce(e.getMessage());
        }
        return good;
    }

    /** Names the file for an error message. */
    @Override
    public String toString() {
        return variable + " " + path;
    }

    private void warnOnce(@Nullable String problem) {
        if (problem != null && !problem.equals(loggedProblem)) {
            loggedProblem = problem;
            LOG.warn(
                    "{} {}: {}",
                    this,
                    problem,
                    good == null ? "documents cannot be fetched until it is there" : "the last good one stays in use");
        }
    }

    /** Reads meaning into bytes. */
    interface Parser<T> {
        T parse(byte[] bytes) throws UnusableException;
    }

    /** The file's content is of no use; the message says why and quotes nothing of it. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }
}
