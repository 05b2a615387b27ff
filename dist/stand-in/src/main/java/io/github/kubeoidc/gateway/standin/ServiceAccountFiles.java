// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ServiceAccount volume of a pod as kubelet lays it out: {@code token} and {@code ca.crt} are symbolic links into
 * {@code ..data}, itself a link to the directory of the current version. A new version is one rename, and the old one goes.
 * Everybody may read it, as a container runs as another user.
 */
public final class ServiceAccountFiles implements AutoCloseable {

    private static final String DATA = "..data";
    private static final String TOKEN = "token";
    private static final String CA_CERT = "ca.crt";

    private final Path directory;
    private final boolean temporary;
    private @Nullable String token;
    private @Nullable String caCert;

    private ServiceAccountFiles(Path directory, boolean temporary, @Nullable String token, @Nullable String caCert)
            throws IOException {
        this.directory = directory;
        this.temporary = temporary;
        for (String name : List.of(TOKEN, CA_CERT)) {
            Files.deleteIfExists(directory.resolve(name));
            Files.createSymbolicLink(directory.resolve(name), Path.of(DATA, name));
        }
        rotate(token, caCert);
    }

    /**
     * Lays the files out in a temporary directory, which {@link #close()} removes.
     *
     * @param token the whole content of the token's file
     * @param caCert the whole content of the CA's file, PEM
     * @return the volume
     * @throws UncheckedIOException if the files cannot be written
     */
    public static ServiceAccountFiles temporary(String token, String caCert) {
        try {
            Path directory = Files.createTempDirectory("service-account");
            allow(directory, "rwxr-xr-x");
            return new ServiceAccountFiles(directory, true, token, caCert);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lays the files out where they can be found afterwards.
     *
     * @param directory an existing directory, whose permissions stay as they are
     * @param token the whole content of the token's file
     * @param caCert the whole content of the CA's file, PEM
     * @return the volume
     * @throws UncheckedIOException if the files cannot be written
     */
    public static ServiceAccountFiles in(Path directory, String token, String caCert) {
        try {
            return new ServiceAccountFiles(directory, false, token, caCert);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the path of the token: the value for {@code SA_TOKEN_PATH}} */
    public Path tokenPath() {
        return directory.resolve(TOKEN);
    }

    /** {@return the path of the CA certificates: the value for {@code SA_CA_CERT_PATH}} */
    public Path caCertPath() {
        return directory.resolve(CA_CERT);
    }

    /**
     * Replaces the token and leaves the CA certificates as they are.
     *
     * @param newToken the whole content of the file, {@code null} for no file
     */
    public synchronized void rotateToken(@Nullable String newToken) {
        rotate(newToken, caCert);
    }

    /**
     * Replaces the token by a FIFO that nobody writes to, and leaves the CA certificates as they are.
     *
     * @throws UncheckedIOException if it cannot be made
     */
    public synchronized void rotateTokenToFifo() {
        token = null;
        replaceVersion(version -> {
            Path fifo = version.resolve(TOKEN);
            Process mkfifo = new ProcessBuilder("mkfifo", "-m", "644", fifo.toString())
                    .inheritIO()
                    .start();
            mkfifo.onExit().join();
            if (mkfifo.exitValue() != 0) {
                throw new IOException("mkfifo " + fifo + ": status " + mkfifo.exitValue());
            }
            write(version.resolve(CA_CERT), caCert);
        });
    }

    /**
     * Replaces the CA certificates and leaves the token as it is.
     *
     * @param newCaCert the whole content of the file, {@code null} for no file
     */
    public synchronized void rotateCaCert(@Nullable String newCaCert) {
        rotate(token, newCaCert);
    }

    /**
     * Replaces both in one step.
     *
     * @param newToken the whole content of the token's file, {@code null} for no file
     * @param newCaCert the whole content of the CA's file, {@code null} for no file
     * @throws UncheckedIOException if the files cannot be written
     */
    public synchronized void rotate(@Nullable String newToken, @Nullable String newCaCert) {
        token = newToken;
        caCert = newCaCert;
        replaceVersion(version -> {
            write(version.resolve(TOKEN), newToken);
            write(version.resolve(CA_CERT), newCaCert);
        });
    }

    /** Writes the files of a version into its directory. */
    @FunctionalInterface
    private interface Version {
        void writeTo(Path directory) throws IOException;
    }

    private void replaceVersion(Version files) {
        Path data = directory.resolve(DATA);
        try {
            Path previous = Files.exists(data) ? data.toRealPath() : null;
            Path version = Files.createTempDirectory(directory, "..version-");
            files.writeTo(version);
            allow(version, "rwxr-xr-x");
            Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            if (previous != null) {
                delete(previous);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, @Nullable String content) throws IOException {
        if (content != null) {
            allow(Files.writeString(file, content), "rw-r--r--");
        }
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** Removes a temporary directory; other files stay. */
    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try {
            delete(directory);
        } catch (NoSuchFileException e) {
            // Somebody else has tidied up.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
