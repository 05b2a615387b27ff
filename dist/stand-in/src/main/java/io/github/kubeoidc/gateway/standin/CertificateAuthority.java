// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate authority that lives in this process and signs what a stand-in shows to its clients (RFC 5280).
 */
public final class CertificateAuthority {

    private static final char[] PASSWORD = "in memory only".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

    // Tags of the parts of a certificate, of a name, and of an authority key identifier.
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final int KEY_IDENTIFIER = 0x80;
    private static final Pattern IP_LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final byte[] TRUE = {(byte) 0xff};

    private final CertificateKeys kind;
    private final KeyPair keys;
    private final X500Principal name;
    private final X509Certificate certificate;

    /** Makes one with a new key on P-256 and a name that no other one has. */
    public CertificateAuthority() {
        this(CertificateKeys.P_256);
    }

    CertificateAuthority(CertificateKeys kind) {
        this.kind = kind;
        keys = kind.newPair();
        name = new X500Principal("CN=stand-in CA " + new BigInteger(32, RANDOM));
        certificate = sign(name, keys.getPublic(), Duration.ofDays(1), true, List.of());
    }

    /** {@return the authority's certificate as PEM, as in {@code ca.crt}} */
    public String pem() {
        return pem(certificate);
    }

    X509Certificate certificate() {
        return certificate;
    }

    /**
     * Makes a server certificate.
     *
     * @param serverKind the kind of its key
     * @param validity how long it is valid from now on, negative for one that has expired
     * @param names the DNS names and IP addresses of the server
     * @return a context that shows it
     */
    SSLContext serverContext(CertificateKeys serverKind, Duration validity, List<String> names) {
        try {
            KeyPair serverKeys = serverKind.newPair();
            X509Certificate server = issue(serverKeys.getPublic(), validity, names);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", serverKeys.getPrivate(), PASSWORD, new X509Certificate[] {server, certificate});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), null, RANDOM);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server's certificate for a key, as {@link #serverContext} shows it. */
    X509Certificate issue(PublicKey key, Duration validity, List<String> names) {
        return sign(new X500Principal("CN=stand-in"), key, validity, false, names);
    }

    private static byte[] subjectAlternativeName(String name) {
        if (!IP_LITERAL.matcher(name).matches()) {
            return Der.value(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
        try {
            // A literal is not looked up.
            return Der.value(IP_ADDRESS, InetAddress.getByName(name).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(name + " is no IP address", e);
        }
    }

    private X509Certificate sign(
            X500Principal subject, PublicKey key, Duration validity, boolean authority, List<String> names) {
        Instant now = Instant.now();
        List<byte[]> extensions = new ArrayList<>(List.of(
                extension(
                        BASIC_CONSTRAINTS,
                        true,
                        authority ? Der.sequence(Der.value(Der.BOOLEAN, TRUE)) : Der.sequence()),
                extension(SUBJECT_KEY_IDENTIFIER, false, Der.value(Der.OCTET_STRING, keyIdentifier(key))),
                extension(
                        AUTHORITY_KEY_IDENTIFIER,
                        false,
                        Der.sequence(Der.value(KEY_IDENTIFIER, keyIdentifier(keys.getPublic()))))));
        if (!names.isEmpty()) {
            extensions.add(extension(
                    SUBJECT_ALTERNATIVE_NAME,
                    false,
                    Der.sequence(names.stream()
                            .map(CertificateAuthority::subjectAlternativeName)
                            .toArray(byte[][]::new))));
        }
        byte[] content = Der.sequence(
                Der.value(VERSION, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(64, RANDOM)),
                kind.signatureIdentifier(),
                name.getEncoded(),
                Der.sequence(Der.time(now.minus(Duration.ofDays(2))), Der.time(now.plus(validity))),
                subject.getEncoded(),
                key.getEncoded(),
                Der.value(EXTENSIONS, Der.sequence(extensions.toArray(byte[][]::new))));
        byte[] certificate =
                Der.sequence(content, kind.signatureIdentifier(), Der.bitString(kind.sign(keys.getPrivate(), content)));
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] extension(String identifier, boolean critical, byte[] value) {
        return Der.sequence(
                Der.identifier(identifier),
                critical ? Der.value(Der.BOOLEAN, TRUE) : new byte[0],
                Der.value(Der.OCTET_STRING, value));
    }

    /** Any value does that no other key has; this is RFC 7093's. */
    private static byte[] keyIdentifier(PublicKey key) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The textual form of what a file holds (RFC 7468). */
    static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }
}
