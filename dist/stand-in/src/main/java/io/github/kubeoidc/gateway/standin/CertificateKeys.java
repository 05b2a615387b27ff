// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** The kinds of keys that certificates of API servers have. */
public enum CertificateKeys {
    /** As k3s makes them. */
    P_256(
            "EC",
            new ECGenParameterSpec("secp256r1"),
            "SHA256withECDSA",
            Der.sequence(Der.identifier("1.2.840.10045.4.3.2"))),
    /** As kubeadm makes them: 2048 bits. */
    RSA(
            "RSA",
            new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4),
            "SHA256withRSA",
            // Its parameters are there, and NULL (RFC 4055 5).
            Der.sequence(Der.identifier("1.2.840.113549.1.1.11"), new byte[] {5, 0}));

    private final String algorithm;
    private final AlgorithmParameterSpec parameters;
    private final String signatureAlgorithm;
    private final byte[] signatureIdentifier;

    CertificateKeys(
            String algorithm,
            AlgorithmParameterSpec parameters,
            String signatureAlgorithm,
            byte[] signatureIdentifier) {
        this.algorithm = algorithm;
        this.parameters = parameters;
        this.signatureAlgorithm = signatureAlgorithm;
        this.signatureIdentifier = signatureIdentifier;
    }

    KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How a certificate names the algorithm of {@link #sign} (RFC 5280 4.1.1.2, RFC 5758 3.2). */
    byte[] signatureIdentifier() {
        return signatureIdentifier.clone();
    }

    byte[] sign(PrivateKey key, byte[] content) {
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm);
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
