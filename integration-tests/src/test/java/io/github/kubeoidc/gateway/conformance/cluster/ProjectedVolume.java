// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A directory with a ServiceAccount's token and CA, laid out and replaced as kubelet does it: the files are links through
 * {@code ..data}, itself a link to the directory of the current version, and a new version is one rename.
 */
final class ProjectedVolume {

    private final Path directory;

    ProjectedVolume(Path directory) {
        this.directory = directory;
    }

    /** Puts another token and CA in the place of what is there. */
    void publish(String token, String caPem) {
        try {
            Path data = directory.resolve("..data");
            Path previous = Files.exists(data) ? data.toRealPath() : null;
            Path version = Files.createTempDirectory(directory, "..version-");
            Files.writeString(version.resolve("token"), token);
            Files.writeString(version.resolve("ca.crt"), caPem);
            Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            if (previous == null) {
                Files.createSymbolicLink(token(), Path.of("..data", "token"));
                Files.createSymbolicLink(ca(), Path.of("..data", "ca.crt"));
            } else {
                Files.delete(previous.resolve("token"));
                Files.delete(previous.resolve("ca.crt"));
                Files.delete(previous);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path token() {
        return directory.resolve("token");
    }

    Path ca() {
        return directory.resolve("ca.crt");
    }
}
