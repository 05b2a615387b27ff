// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ServiceAccount volume of a pod as kubelet lays it out: {@code token} and {@code ca.crt} are symbolic links into
 * {@code ..data}, itself a link that is swapped in one step whenever the content changes.
 */
public final class ServiceAccountFiles {

    private static final String DATA = "..data";
    private static final String TOKEN = "token";
    private static final String CA_CERT = "ca.crt";

    private final Path directory;
    private int generation;
    private @Nullable String token;
    private @Nullable String caCert;

    ServiceAccountFiles(Path directory, @Nullable String token, @Nullable String caCert) {
        this.directory = directory;
        try {
            for (String name : List.of(TOKEN, CA_CERT)) {
                Files.deleteIfExists(directory.resolve(name));
                Files.createSymbolicLink(directory.resolve(name), Path.of(DATA, name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rotate(token, caCert);
    }

    /**
     * The value for {@code SA_TOKEN_PATH}.
     *
     * @return the path of the token
     */
    public Path tokenPath() {
        return directory.resolve(TOKEN);
    }

    /**
     * The value for {@code SA_CA_CERT_PATH}.
     *
     * @return the path of the CA certificates
     */
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
        try {
            Path data = Files.createDirectory(directory.resolve("..generation-" + ++generation));
            if (newToken != null) {
                Files.writeString(data.resolve(TOKEN), newToken);
            }
            if (newCaCert != null) {
                Files.writeString(data.resolve(CA_CERT), newCaCert);
            }
            Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), data.getFileName());
            Files.move(next, directory.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (NoSuchFileException e) {
            // Somebody else has tidied up.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
