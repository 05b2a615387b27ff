// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The certificates are what RFC 5280 asks for, with either kind of keys. */
class CertificateAuthorityTest {

    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "fd00::1");

    @Test
    void aServerCertificateIsValidUnderItsAuthorityAndNamesItsServer() throws Exception {
        for (CertificateKeys authorityKeys : CertificateKeys.values()) {
            CertificateAuthority authority = new CertificateAuthority(authorityKeys);
            for (CertificateKeys serverKeys : CertificateKeys.values()) {
                X509Certificate server = authority.issue(serverKeys.newPair().getPublic(), Duration.ofDays(1), NAMES);
                validate(server, read(authority.pem()));
                assertThat(server.getSubjectAlternativeNames())
                        .containsExactlyInAnyOrder(
                                List.of(2, "localhost"), List.of(7, "127.0.0.1"), List.of(7, "fd00:0:0:0:0:0:0:1"));
                assertThat(server.getBasicConstraints()).isEqualTo(-1);
                assertThat(server.getVersion()).isEqualTo(3);
            }
        }
    }

    /** Readers that are strict look for both (RFC 5280 4.2.1.1 and 4.2.1.2). */
    @Test
    void theKeyIdentifiersOfServerAndAuthorityFitTogether() throws Exception {
        CertificateAuthority authority = new CertificateAuthority();
        X509Certificate ca = read(authority.pem());
        X509Certificate server =
                authority.issue(CertificateKeys.P_256.newPair().getPublic(), Duration.ofDays(1), NAMES);
        assertThat(ca.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(ca.getCriticalExtensionOIDs()).containsExactly("2.5.29.19");
        assertThat(tail(server.getExtensionValue("2.5.29.35")))
                .isEqualTo(tail(ca.getExtensionValue("2.5.29.14")))
                .isNotEqualTo(tail(server.getExtensionValue("2.5.29.14")));
    }

    @Test
    void whatHasExpiredAndWhatAnotherAuthorityIssuedIsRefused() {
        CertificateAuthority authority = new CertificateAuthority();
        X509Certificate expired =
                authority.issue(CertificateKeys.P_256.newPair().getPublic(), Duration.ofMinutes(-1), NAMES);
        assertThatThrownBy(() -> validate(expired, read(authority.pem())))
                .isInstanceOf(CertPathValidatorException.class);
        X509Certificate good = authority.issue(CertificateKeys.P_256.newPair().getPublic(), Duration.ofDays(1), NAMES);
        assertThatThrownBy(() -> validate(good, read(new CertificateAuthority().pem())))
                .isInstanceOf(CertPathValidatorException.class);
    }

    private static void validate(X509Certificate server, X509Certificate authority) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(server)), parameters);
    }

    private static X509Certificate read(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The identifier itself, which is the end of the extension. */
    private static byte[] tail(byte[] extension) {
        return Arrays.copyOfRange(extension, extension.length - 20, extension.length);
    }
}
