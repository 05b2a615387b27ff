// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.server.ServerCertificates;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 8.2: a file that cannot be used is named with what is wrong with it. */
class TlsPairTest {
    /** With bytes cut out of a file, or put into it: the reader says what is wrong, quotes nothing and does nothing else. */
    @Test
    void noFileIsWorseThanUnusable() {
        String[] secret = ServerCertificates.olderKey("ec")
                .lines()
                .filter(line -> !line.startsWith("-"))
                .toArray(String[]::new);
        byte[] chain = ServerCertificates.ALL.chain("ec").getBytes();
        byte[] key = ServerCertificates.olderKey("ec").getBytes();
        for (int i = 0; i < 3000; i++) {
            boolean cutsChain = i % 2 == 0;
            byte[] whole = cutsChain ? chain : key;
            byte[] bad = Arrays.copyOf(whole, whole.length - i % 7);
            bad[i * 7919 % bad.length] = (byte) i;
            try {
                TlsPair.of(TlsPair.chain(cutsChain ? bad : chain), cutsChain ? key : bad);
            } catch (UnusableTlsFileException e) {
                assertThat(e).message().isNotEmpty().doesNotContain("\n").doesNotContain(secret);
            }
        }
    }

    private static TlsPair pair(String alias, String key) throws UnusableTlsFileException {
        return TlsPair.of(TlsPair.chain(ServerCertificates.ALL.chain(alias).getBytes()), key.getBytes());
    }

    /** CONTRACT 8.1: "PEM: a chain; PKCS#8, PKCS#1 or SEC1 key". */
    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "ec384", "ec521"})
    void allFormsOfAKeyAreReadAlike(String alias) throws Exception {
        TlsPair pkcs8 = pair(alias, ServerCertificates.ALL.key(alias));
        // As openssl ecparam -genkey writes it.
        String parameters = Certificates.pem("EC PARAMETERS", new byte[] {6, 1, 1});
        TlsPair older = pair(alias, parameters + ServerCertificates.olderKey(alias));

        assertThat(pkcs8.chain()).hasSize(2);
        assertThat(older.key().getEncoded()).isEqualTo(pkcs8.key().getEncoded());
    }

    /** DER has one form for each length (X.690, section 10.1). */
    @ParameterizedTest
    @CsvSource({"127, 047f", "128, 048180", "255, 0481ff", "256, 04820100", "65535, 0482ffff", "65536, 0483010000"})
    void aKeyOfAnyLengthIsWrapped(int length, String header) throws Exception {
        for (String alias : List.of("rsa", "ec")) {
            PublicKey publicKey = pair(alias, ServerCertificates.ALL.key(alias))
                    .chain()
                    .get(0)
                    .getPublicKey();
            String wrapped = HexFormat.of().formatHex(Der.pkcs8(publicKey, new byte[length]));
            assertThat(wrapped).endsWith(header + "00".repeat(length));
        }
    }

    /** RFC 7468, section 2: what stands outside of blocks is no part of them. */
    @Test
    void theBlocksOfAFileAreReadInTheirOrder() {
        String file = "a\n-----BEGIN A B-----\n1\n-----END A B-----b-----BEGIN C-----2-----END C-----"
                + "-----BEGIN X-----3-----END Y-----4-----END X-----\n-----BEGIN a-----\n-----BEGIN D-----\n5\n";
        assertThat(Pem.blocks(file.getBytes()))
                .containsExactly(
                        new Pem("A B", "\n1\n"),
                        new Pem("C", "2"),
                        new Pem("X", "3-----END Y-----4"),
                        new Pem("D", "\n5\n"));
    }

    /** One key is what is used, and one with a password is none. */
    @ParameterizedTest
    @CsvSource({
        "ENCRYPTED PRIVATE KEY, AAAA, has an encrypted key",
        "RSA PRIVATE KEY, 'Proc-Type: 4,ENCRYPTED', has an encrypted key",
        "DSA PRIVATE KEY, AAAA, has a key that is neither RSA nor EC",
        "PRIVATE KEY, AAAA, has a key that is malformed or is no EC key",
        "PUBLIC KEY, AAAA, has no PEM private key"
    })
    void aKeyThatCannotBeUsedIsNamed(String label, String text, String problem) {
        String file = "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
        assertThatThrownBy(() -> pair("ec", file)).hasMessageStartingWith(problem);
    }

    @Test
    void aKeyOfAnotherPairDoesNotMatch() {
        for (String alias : List.of("other", "ec384")) {
            assertThatThrownBy(() -> pair("ec", ServerCertificates.ALL.key(alias)))
                    .hasMessage("has a key that does not match the certificate");
        }
    }

    @Test
    void anRsaKeyThatTls13CannotUseIsRefused() {
        byte[] chain = ServerCertificates.ALL.pem("rsa768").getBytes();
        assertThatThrownBy(() -> TlsPair.chain(chain))
                .hasMessage("has a certificate whose RSA key has fewer than 1024 bits");
    }

    /** Made by {@code openssl ecparam -name secp256k1}, with a key that matches: Java reads it, and cannot sign with it. */
    @Test
    void aCurveThatTlsHasNotIsNamedAndNoMismatch() {
        String chain = """
            -----BEGIN CERTIFICATE-----
            MIIBbjCCARSgAwIBAgIUXtzyyDZRexvYHddLU5BToMrrTLwwCgYIKoZIzj0EAwIw
            DTELMAkGA1UEAwwCazEwIBcNMjYxMTI5MTE1NjAxWhgPMjEyNjExMDUxMTU2MDFa
            MA0xCzAJBgNVBAMMAmsxMFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE2F1OUFl7tekW
            NgNC4xaEigHHM+ej3zyzC4jABlRCF2+rhLaUotRUyhsCeKUD8NdSijOk49GY7/MH
            vlo7r3UjxqNTMFEwHQYDVR0OBBYEFF4grLfgWllbJwcdkhWyJPxr2PxUMB8GA1Ud
            IwQYMBaAFF4grLfgWllbJwcdkhWyJPxr2PxUMA8GA1UdEwEB/wQFMAMBAf8wCgYI
            KoZIzj0EAwIDSAAwRQIgau8fNui9EPVcPkcUuAkt0bl3EVRqrETuMsx+v/Irc9EC
            IQCIGsnot32nv4yNyFKrPtxF2gnt5oQ7ZVZu1eW7icjqdQ==
            -----END CERTIFICATE-----
            """;
        assertThatThrownBy(() -> TlsPair.chain(chain.getBytes()))
                .hasMessage("has a certificate whose EC key is not on P-256, P-384 or P-521");
    }

    /** RFC 5246, section 7.4.2: each certificate is followed by its issuer's. */
    @Test
    void aChainThatIsOutOfOrderIsRefused() throws Exception {
        String[] parts = ServerCertificates.ALL.chain("ec").split("(?=-----BEGIN)");
        assertThat(TlsPair.chain(parts[1].getBytes())).hasSize(1);
        for (String bad : List.of(parts[2] + parts[1], parts[1] + parts[2] + ServerCertificates.ALL.pem("rsa"))) {
            assertThatThrownBy(() -> TlsPair.chain(bad.getBytes())).hasMessageStartingWith("is out of order");
        }
        assertThatThrownBy(() -> TlsPair.chain((parts[1] + parts[2] + parts[2]).getBytes()))
                .hasMessage("has a certificate twice");
        assertThatThrownBy(() -> TlsPair.chain("none".getBytes())).hasMessage("has no PEM certificate");
    }

    /** CONTRACT 8.2: the line that tells of a new pair. */
    @Test
    void theLogTellsWhoseCertificateItIsAndUntilWhen() throws Exception {
        TlsPair pair = pair("rsa", ServerCertificates.ALL.key("rsa"));
        assertThat(pair).hasToString("subject=\"CN=rsa\" issuer=\"CN=ca\" until=" + pair.expiry());
        assertThat(pair.expiry()).isAfter(Instant.now());
    }

    /** CONTRACT 1.7: what clients may have a server keep is bounded, in number and in time. */
    @Test
    void keptSessionsAreBounded() throws Exception {
        SSLSessionContext sessions =
                pair("ec", ServerCertificates.ALL.key("ec")).context().getServerSessionContext();
        assertThat(sessions.getSessionCacheSize()).isEqualTo(500);
        assertThat(sessions.getSessionTimeout()).isEqualTo(3600);
    }
}
