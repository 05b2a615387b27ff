// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;

/** Decides which files of a directory this process may take for its own. Writes nothing there: if it is full its files count. */
final class FileTrust {
    private final Path directory;
    private final UserPrincipal self;

    private FileTrust(Path directory, UserPrincipal self) {
        this.directory = directory;
        this.self = self;
    }

    /**
     * Finds out which user owns the files that this process makes.
     *
     * @throws IOException if that cannot be known
     */
    static FileTrust of(Path directory) throws IOException {
        return new FileTrust(directory, self(directory, Path.of("/proc/self")));
    }

    /**
     * Returns the effective user of this process.
     *
     * @param process a directory that belongs to that user, where there is one (proc(5))
     */
    static UserPrincipal self(Path directory, Path process) throws IOException {
        try {
            return Files.getOwner(process);
        } catch (IOException e) {
            // Not a Linux, or no /proc in this container.
        }
        try {
            return directory
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name", ""));
        } catch (IOException e) {
            // A user without a name, as containers have.
        }
        Path file = Files.createTempFile("kube-oidc-gateway-", ".tmp");
        try {
            return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Tells whether a path is a regular file of this process's user; a link is none. */
    boolean isOwn(Path file) throws IOException {
        PosixFileAttributes attributes = attributes(file);
        return attributes.isRegularFile() && attributes.owner().equals(self);
    }

    /**
     * Checks that no other user can have written a file.
     *
     * @throws UnusableFileException if another user can
     */
    void check(Path file) throws IOException, UnusableFileException {
        PosixFileAttributes attributes = attributes(file);
        if (!attributes.isRegularFile()) {
            throw new UnusableFileException(attributes.isSymbolicLink() ? "is a symbolic link" : "is not a file");
        }
        if (!attributes.owner().equals(self)) {
            throw new UnusableFileException("belongs to another user");
        }
        if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                || attributes.permissions().contains(PosixFilePermission.GROUP_WRITE) && !isGroupsOwn(attributes)) {
            throw new UnusableFileException("may be written by others");
        }
    }

    /**
     * Tells whether a file's group could replace the file anyhow, as the directory belongs to that group. On a volume
     * with an {@code fsGroup} kubelet lets the group write every file.
     */
    private boolean isGroupsOwn(PosixFileAttributes file) throws IOException {
        PosixFileAttributes parent = Files.readAttributes(directory, PosixFileAttributes.class);
        return parent.group().equals(file.group()) && !parent.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
