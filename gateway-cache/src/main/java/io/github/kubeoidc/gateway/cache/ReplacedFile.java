// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces a file as a whole: written beside it under a name that no other process uses, and renamed. */
final class ReplacedFile {
    private static final Logger LOG = LoggerFactory.getLogger(ReplacedFile.class);
    private static final String TEMPORARY_PREFIX = ".kube-oidc-gateway-";
    private static final Pattern TEMPORARY =
            Pattern.compile(Pattern.quote(TEMPORARY_PREFIX) + "(openid-configuration|jwks)-[0-9]+\\.tmp");

    private ReplacedFile() {}

    static void write(Path file, byte[] bytes) throws IOException {
        try {
            writeBeside(file, bytes);
        } catch (NoSuchFileException e) {
            // Another gateway, which starts in the same directory now, has removed the half-written file.
            writeBeside(file, bytes);
        }
    }

    private static void writeBeside(Path file, byte[] bytes) throws IOException {
        // Made with mode 0600, and never through a link that another program has put there.
        Path beside = Files.createTempFile(file.getParent(), TEMPORARY_PREFIX + file.getFileName() + "-", ".tmp");
        boolean moved = false;
        try {
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                // Without this the rename may survive a crash of the node, and the content may not.
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } finally {
            if (!moved) {
                Files.deleteIfExists(beside);
            }
        }
    }

    /**
     * Removes the half-written files of this user: a gateway that was killed left them. A gateway that is writing one into the
     * same directory now writes it once more. Files of other users stay.
     */
    static void removeLeftBehind(Path directory, FileTrust trust) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                directory,
                file -> TEMPORARY.matcher(file.getFileName().toString()).matches())) {
            for (Path file : files) {
                removeIfOwn(file, trust);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("CACHE_DIR {} cannot be listed", directory, e);
        }
    }

    private static void removeIfOwn(Path file, FileTrust trust) {
        try {
            if (trust.isOwn(file)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It is small, and the next start tries again.
            LOG.debug("CACHE_DIR {} cannot be removed", file, e);
        }
    }
}
