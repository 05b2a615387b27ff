// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate for {@code localhost} and 127.0.0.1 with its key, in files that are swapped as kubelet swaps those of a Secret: both
 * in one step. Everybody may read them, as a container runs as another user. It has a CA of its own, which signs all its pairs.
 */
public final class TlsSecret implements AutoCloseable {

    /** Scanners complain of a certificate that ends within a month. */
    private static final Duration VALIDITY = Duration.ofDays(90);

    private final CertificateAuthority authority = new CertificateAuthority();
    private final ServiceAccountFiles volume;

    private TlsSecret(CertificateKeys keys) {
        Pair pair = pair(keys);
        volume = ServiceAccountFiles.temporary(pair.key(), pair.chain());
    }

    /**
     * What the two files hold.
     *
     * @param chain the certificate and that of its CA, PEM
     * @param key the private key, PEM, PKCS#8
     */
    public record Pair(String chain, String key) {

        /** Keys are for files. */
        @Override
        public String toString() {
            return "a pair";
        }
    }

    /**
     * Lays a first pair out in a temporary directory, which {@link #close()} removes.
     *
     * @param keys the kind of the certificate's key
     * @return the files
     * @throws UncheckedIOException if they cannot be written
     */
    public static TlsSecret temporary(CertificateKeys keys) {
        return new TlsSecret(keys);
    }

    /**
     * Makes a pair that no file has yet.
     *
     * @param keys the kind of the certificate's key
     * @return another pair, signed by the same CA
     */
    public Pair pair(CertificateKeys keys) {
        KeyPair pair = keys.newPair();
        String own = CertificateAuthority.pem(
                authority.issue(pair.getPublic(), VALIDITY, List.of("localhost", "127.0.0.1")));
        return new Pair(
                own + authority.pem(),
                CertificateAuthority.pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    /**
     * Replaces both files in one step.
     *
     * @param chain the whole content of the certificate's file, {@code null} for no file
     * @param key the whole content of the key's file, {@code null} for no file
     */
    public void swap(@Nullable String chain, @Nullable String key) {
        volume.rotate(key, chain);
    }

    /** {@return the configuration of a gateway that uses the files: {@code TLS_CERT_FILE} and {@code TLS_KEY_FILE}} */
    public Map<String, String> environment() {
        return Map.of(
                "TLS_CERT_FILE", volume.caCertPath().toString(),
                "TLS_KEY_FILE", volume.tokenPath().toString());
    }

    /** {@return the CA's certificate, PEM} */
    public String caCert() {
        return authority.pem();
    }

    /** {@return a new context that trusts the CA and nobody else, and whose sessions are its own} */
    public SSLContext clientContext() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", authority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes the files. */
    @Override
    public void close() {
        volume.close();
    }
}
