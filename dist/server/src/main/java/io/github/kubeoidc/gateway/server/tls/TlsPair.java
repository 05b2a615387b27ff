// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/** A certificate chain, the server's own certificate first, and the private key of that. */
record TlsPair(List<X509Certificate> chain, PrivateKey key) {
    /** For clients that resume by an id; tickets, which nearly all use, are kept by the clients. */
    private static final int KEPT_SESSIONS = 500;

    /** With still fewer TLS 1.3 has no signature that fits, and all handshakes would fail. */
    private static final int MIN_RSA_BITS = 1024;

    private static final int SESSION_SECONDS = 3600;

    /** P-256, P-384 and P-521 (RFC 8446, section 4.2.3): Java signs on no other. */
    private static final List<String> CURVES = List.of("secp256r1", "secp384r1", "secp521r1");

    private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    /** Reads a chain. The message of the exception says what is wrong with the file. */
    static List<X509Certificate> chain(byte[] file) throws UnusableTlsFileException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            for (Pem block : Pem.blocks(file)) {
                if (block.label().endsWith("CERTIFICATE")) {
                    chain.add((X509Certificate)
                            certificates.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new UnusableTlsFileException("has a malformed certificate");
        }
        if (chain.isEmpty()) {
            throw new UnusableTlsFileException("has no PEM certificate");
        }
        if (Set.copyOf(chain).size() < chain.size()) {
            throw new UnusableTlsFileException("has a certificate twice");
        }
        for (int i = 1; i < chain.size(); i++) {
            // TLS 1.2 demands this order (RFC 5246, section 7.4.2).
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw new UnusableTlsFileException("is out of order: a certificate is to be followed by its issuer's");
            }
        }
        if (!SIGNATURES.containsKey(chain.get(0).getPublicKey().getAlgorithm())) {
            throw new UnusableTlsFileException("has a certificate whose key is neither RSA nor EC");
        }
        if (chain.get(0).getPublicKey() instanceof RSAKey key
                && key.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new UnusableTlsFileException(
                    "has a certificate whose RSA key has fewer than " + MIN_RSA_BITS + " bits");
        }
        if (chain.get(0).getPublicKey() instanceof ECKey key && !isOnCurveOfTls(key)) {
            throw new UnusableTlsFileException("has a certificate whose EC key is not on P-256, P-384 or P-521");
        }
        return chain;
    }

    private static boolean isOnCurveOfTls(ECKey key) {
        try {
            for (String name : CURVES) {
                AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
                curve.init(new ECGenParameterSpec(name));
                // A curve's name is an object identifier in one version of Java, and not in another.
                if (curve.getParameterSpec(ECParameterSpec.class)
                        .getCurve()
                        .equals(key.getParams().getCurve())) {
                    return true;
                }
            }
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the key of the chain's first certificate. The message of the exception says what is wrong with the file. */
    static TlsPair of(List<X509Certificate> chain, byte[] keyFile) throws UnusableTlsFileException {
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key = key(keyFile, publicKey);
        try {
            byte[] anything = {1};
            Signature signature = Signature.getInstance(SIGNATURES.get(publicKey.getAlgorithm()));
            signature.initSign(key);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(anything);
            if (signature.verify(signed)) {
                return new TlsPair(chain, key);
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            // As for a key of another curve.
        }
        throw new UnusableTlsFileException("has a key that does not match the certificate");
    }

    private static PrivateKey key(byte[] file, PublicKey publicKey) throws UnusableTlsFileException {
        Pem block = Pem.blocks(file).stream()
                .filter(candidate -> candidate.label().endsWith("PRIVATE KEY"))
                .findFirst()
                .orElseThrow(() -> new UnusableTlsFileException("has no PEM private key"));
        if (block.isEncrypted()) {
            throw new UnusableTlsFileException("has an encrypted key");
        }
        try {
            byte[] pkcs8 = switch (block.label()) {
                case "PRIVATE KEY" -> block.bytes();
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> Der.pkcs8(publicKey, block.bytes());
                default -> throw new UnusableTlsFileException("has a key that is neither RSA nor EC");
            };
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new UnusableTlsFileException("has a key that is malformed or is no " + publicKey.getAlgorithm()
                    + " key, as the certificate's is");
        }
    }

    /** What connections are made with. Its sessions are its own: a new pair begins with none. */
    SSLContext context() {
        try {
            char[] password = {};
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("tls", key, password, chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            // No client is asked for a certificate. Without this Java would read all those that it comes with.
            context.init(keys.getKeyManagers(), new TrustManager[0], null);
            SSLSessionContext sessions = context.getServerSessionContext();
            sessions.setSessionCacheSize(KEPT_SESSIONS);
            sessions.setSessionTimeout(SESSION_SECONDS);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("TLS cannot be set up", e);
        }
    }

    /** Until when the server's own certificate is valid. */
    Instant expiry() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** Why clients refuse the server's own certificate at this moment; an empty text where they do not. */
    String problem(Instant now) {
        Instant begin = chain.get(0).getNotBefore().toInstant();
        return now.isAfter(expiry())
                ? "expired at " + expiry()
                : now.isBefore(begin) ? "is not valid before " + begin : "";
    }

    /** A line for the log: whose certificate it is, and until when. */
    @Override
    public String toString() {
        X509Certificate own = chain.get(0);
        return "subject=\"" + own.getSubjectX500Principal().getName() + "\" issuer=\""
                + own.getIssuerX500Principal().getName() + "\" until="
                + expiry();
    }
}
