// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Reads the files of a fetch one at a time, for an operator who wants to know what is wrong with them. Each read blocks for 20 s
 * at most.
 */
public final class FileProbe {
    /** A machine that has little to give may take seconds for what it has not done before. */
    static final Duration READ_BOUND = Duration.ofSeconds(20);

    /** Visible to tests, which make it slow. */
    static final Workers READERS = new Workers("probe");

    private FileProbe() {}

    /**
     * Reads a bearer token.
     *
     * @param name what names the file in messages, for instance {@code SA_TOKEN_PATH}
     * @param file the file
     * @return the token (RFC 6750, section 2.1), which nothing may print
     * @throws FetchException if there is none; its message names the file and quotes nothing of it
     */
    public static String readToken(String name, Path file) throws FetchException {
        return read(new LastGoodFile<>(name, file, TokenFile.MAX_BYTES, TokenFile::parse, READERS, READ_BOUND));
    }

    /**
     * Reads PEM certificates.
     *
     * @param name what names the file in messages, for instance {@code SA_CA_CERT_PATH}
     * @param file the file
     * @return what is in it, at least one certificate
     * @throws FetchException if there is none, or one of them is malformed
     */
    public static Pem readCertificates(String name, Path file) throws FetchException {
        CaFile.Content content =
                read(new LastGoodFile<>(name, file, CaFile.MAX_BYTES, CaFile::parse, READERS, READ_BOUND));
        return new Pem(content.certificates(), content.skipped());
    }

    /**
     * What a file of certificates has.
     *
     * @param certificates at least one
     * @param others the labels of what is no certificate, for instance {@code PRIVATE KEY}
     */
    public record Pem(List<X509Certificate> certificates, Set<String> others) {}

    private static <T> T read(LastGoodFile<T> file) throws FetchException {
        try {
            T content = file.read();
            if (content == null) {
                throw new FetchException(Outcome.IO, file.toString(), null);
            }
            return content;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchException(Outcome.IO, "interrupted", null);
        }
    }
}
