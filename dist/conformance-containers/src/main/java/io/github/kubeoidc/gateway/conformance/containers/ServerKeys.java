// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The keys that an {@link ApiServer} signs with and publishes, and the CA that its clients trust. */
public final class ServerKeys {

    static final String SIGNING_KEY = "/etc/service-account-signing.key";
    static final String PUBLISHED_KEYS = "/etc/service-account-published.pem";

    private ServerKeys() {}

    /**
     * Makes keys that a server can sign with.
     *
     * @return an RSA key of 2048 bits
     */
    public static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    /** What the API server reads, by path. */
    static Map<String, String> files(List<KeyPair> keys) {
        return Map.of(
                SIGNING_KEY,
                pem("PRIVATE KEY", keys.get(0).getPrivate()),
                PUBLISHED_KEYS,
                keys.stream().map(pair -> pem("PUBLIC KEY", pair.getPublic())).collect(Collectors.joining()));
    }

    private static String pem(String what, Key key) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END " + what + "-----\n";
    }

    /** Trusts that CA and no other. */
    static SSLContext trusting(String caPem) {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the kubeconfig's CA cannot be used", e);
        }
    }
}
