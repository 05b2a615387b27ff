// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import io.github.kubeoidc.gateway.api.LogText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file that a variable names.
 *
 * @param allowed what the file may have, in words
 */
record TlsFile(String variable, Path path, String allowed) {
    private static final int MAX_BYTES = 256 * 1024;
    private static final int SHOWN_CHARACTERS = 200;

    /** Reads all of it. May block for good where its file system hangs. */
    byte[] read() throws UnusableTlsFileException {
        try {
            try {
                return read(path.toRealPath());
            } catch (NoSuchFileException e) {
                // A link was swapped, and what it led to deleted; or it leads to what has no name, below /proc.
                return read(path);
            }
        } catch (NoSuchFileException e) {
            throw new UnusableTlsFileException("does not exist");
        } catch (IOException e) {
            throw new UnusableTlsFileException("cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** By a path without links: a link that is swapped between the look and the opening could lead to a FIFO. */
    private static byte[] read(Path file) throws IOException, UnusableTlsFileException {
        // Opening a FIFO waits for somebody who writes to it; to look at it does not.
        if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
            throw new UnusableTlsFileException("is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UnusableTlsFileException("is larger than " + MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    /** A sentence that names the variable, the file, what is wrong with it, and what is allowed. */
    String problem(String what) {
        return this + ": " + what + "; allowed is " + allowed;
    }

    /** The variable and the file. */
    @Override
    public String toString() {
        return variable + "=\"" + LogText.line(path.toString(), SHOWN_CHARACTERS) + '"';
    }
}
