// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 8.1: the public port speaks HTTPS. */
class TlsTest {
    private static final String JWKS = "GET /openid/v1/jwks HTTP/1.1\nHost: a\n\n";
    private static final SSLContext TRUST = ServerCertificates.ALL.client("ca");

    @TempDir
    Path directory;

    private TestGateway gateway(String chain, String key) throws Exception {
        return new TestGateway(
                "TLS_CERT_FILE",
                        Files.writeString(directory.resolve("tls.crt"), chain).toString(),
                "TLS_KEY_FILE",
                        Files.writeString(directory.resolve("tls.key"), key).toString());
    }

    private TestGateway gateway(String alias) throws Exception {
        return gateway(ServerCertificates.ALL.chain(alias), ServerCertificates.ALL.key(alias));
    }

    /** CONTRACT 6.4: the address that tools wait for. */
    @ParameterizedTest
    @CsvSource({"rsa, TLSv1.2", "rsa, TLSv1.3", "ec, TLSv1.2", "ec, TLSv1.3", "ec384, TLSv1.2", "ec384, TLSv1.3"})
    void bothVersionsAreSpokenWithBothKindsOfKeys(String alias, String version) throws Exception {
        try (TestGateway gateway = gateway(alias);
                Wire client = Wire.secure(gateway.port(), TRUST, version)) {
            assertThat(gateway.server.uri()).hasScheme("https");
            assertThat(client.session().getProtocol()).isEqualTo(version);
            assertThat(client.session().getPeerCertificates()).hasSize(2);
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(JWKS).read().status()).isEqualTo(200);
            }
        }
    }

    /** CONTRACT 3.12: "so that what is wrong is in the log at once". */
    @Test
    void aCertificateThatHasExpiredIsAWarningAtTheStart() throws Exception {
        try (LogLines log = LogLines.of("tls.crt\" expired at ");
                TestGateway gateway = gateway("expired")) {
            assertThat(gateway.server.uri()).hasScheme("https");
            assertThat(log.lines())
                    .hasSize(1)
                    .allMatch(line -> line.startsWith("WARN the certificate in TLS_CERT_FILE="));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "ec384"})
    void theOlderFormsOfAKeyAreReadToo(String alias) throws Exception {
        // As openssl ecparam -genkey writes it.
        String parameters = Certificates.pem("EC PARAMETERS", new byte[] {6, 1, 1});
        try (TestGateway gateway =
                        gateway(ServerCertificates.ALL.chain(alias), parameters + ServerCertificates.olderKey(alias));
                Wire client = Wire.secure(gateway.port(), TRUST)) {
            assertThat(client.send(JWKS).read().status()).isEqualTo(200);
        }
    }

    /** "no CBC suites", and none without forward secrecy; what a client offers besides is of no account. */
    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void noSuiteIsTakenButModernOnes(String alias) throws Exception {
        try (TestGateway gateway = gateway(alias)) {
            for (String suite : TRUST.getSupportedSSLParameters().getCipherSuites()) {
                boolean modern = suite.matches("TLS_(AES|CHACHA20|ECDHE_(RSA|ECDSA)_WITH_(AES_.*_GCM|CHACHA20)).*");
                if (!modern && !suite.endsWith("_SCSV")) {
                    assertThatThrownBy(() -> handshake(gateway, new String[] {suite}, null))
                            .as(suite)
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1"})
    void anOlderVersionIsRefused(String version) throws Exception {
        try (TestGateway gateway = gateway("ec")) {
            assertThatThrownBy(() -> handshake(gateway, null, version)).isInstanceOf(IOException.class);
        }
    }

    private static void handshake(TestGateway gateway, String[] suites, String version) throws IOException {
        try (SSLSocket socket = (SSLSocket) TRUST.getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
            socket.setEnabledProtocols(version == null ? new String[] {"TLSv1.2", "TLSv1.3"} : new String[] {version});
            if (suites != null) {
                socket.setEnabledCipherSuites(suites);
            }
            socket.startHandshake();
        }
    }

    /** Relying parties come by any name, through load balancers that change it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "another.example"})
    void anyNameIsServed(String name) throws Exception {
        try (TestGateway gateway = gateway("ec");
                SSLSocket socket = (SSLSocket) TRUST.getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(JWKS.replace("\n", "\r\n").getBytes());
            assertThat(new String(socket.getInputStream().readNBytes(15))).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, 'GET /openid/v1/jwks HTTP/1.1|Host: a||'",
        "200, 'GET /openid/v1/jwks HTTP/1.1|Host: a|Upgrade: h2c||'",
        "200, 'GET /healthz HTTP/1.1|Host: a||'",
        "304, 'GET /openid/v1/jwks HTTP/1.1|Host: a|If-None-Match: *||'",
        "404, 'GET / HTTP/1.1|Host: a||'",
        "405, 'POST /openid/v1/jwks HTTP/1.1|Host: a||'",
        "404, 'OPTIONS * HTTP/1.1|Host: a||'",
        "400, 'GET / HTTP/1.1|Host: a|Host: b||'",
        "400, 'GET //a HTTP/1.1|Host: a||'",
        "505, 'GET / HTTP/3.0|Host: a||'",
        "417, 'GET / HTTP/1.1|Host: a|Expect: more||'"
    })
    void everyAnswerDemandsHttps(int status, String request) throws Exception {
        try (TestGateway gateway = gateway("ec")) {
            try (Wire warmUp = Wire.secure(gateway.port(), TRUST)) {
                assertThat(warmUp.send(JWKS).read().status()).isEqualTo(200);
            }
            try (Wire client = Wire.secure(gateway.port(), TRUST)) {
                Reply reply = client.send(request.replace('|', '\n')).readBodiless();
                assertThat(reply.status()).isEqualTo(status);
                assertThat(reply.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
            }
        }
    }

    /** CONTRACT 1.4, for which its head is read once more. */
    @Test
    void aLoneUpgradeIsIgnoredAndTheConnectionGoesOn() throws Exception {
        String lone = JWKS.replace("\n\n", "\nUpgrade: h2c\n\n");
        try (TestGateway gateway = gateway("ec");
                Wire client = Wire.secure(gateway.port(), TRUST)) {
            for (int i = 0; i < 30; i++) {
                Reply reply = client.send(i % 3 == 2 ? JWKS : lone).read();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.headers()).doesNotContainKey("Connection");
            }
        }
    }

    /** CONTRACT 1.4 and 1.7: nor does it change what becomes of all that follows it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /openid/v1/jwks HTTP/1.1\nHost: a\nUpgrade: h2c\n\nGET /healthz HTTP/1.1\nHost: a\n\n",
                "POST /openid/v1/jwks HTTP/1.1\nHost: a\nUpgrade: h2c\nContent-Length: 5\n\nabcde",
                "CONNECT a:80 HTTP/1.1\nHost: a:80\nUpgrade: h2c\n\nabcde",
                "GET ftp://a/ HTTP/1.1\nHost: a\nUpgrade: h2c\n\n"
            })
    void whatFollowsALoneUpgradeEndsItsConnection(String request) throws Exception {
        try (TestGateway gateway = gateway("ec")) {
            for (int i = 0; i < 10; i++) {
                try (Wire client = Wire.secure(gateway.port(), TRUST)) {
                    assertThat(client.send(request).readToEnd())
                            .startsWith("HTTP/1.1 ")
                            .containsOnlyOnce("HTTP/1.1 ")
                            .contains("\r\nConnection: close\r\n");
                }
            }
        }
    }

    @Test
    void headsThatAreTooLargeAreRefusedOverTlsToo() throws Exception {
        try (TestGateway gateway = gateway("ec");
                Wire client = Wire.secure(gateway.port(), TRUST)) {
            Reply reply = client.send("GET / HTTP/1.1\nHost: a\nX: " + "x".repeat(8200) + "\n\n")
                    .read();
            assertThat(reply.status()).isEqualTo(431);
            assertThat(reply.headers()).containsKey("Strict-Transport-Security");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionIsResumed(String version) throws Exception {
        try (TestGateway gateway = gateway("rsa")) {
            SSLContext context = ServerCertificates.ALL.client("ca");
            long first;
            try (Wire client = Wire.secure(gateway.port(), context, version)) {
                assertThat(client.send(JWKS).read().status()).isEqualTo(200);
                first = client.session().getCreationTime();
            }
            try (Wire client = Wire.secure(gateway.port(), context, version)) {
                assertThat(client.send(JWKS).read().status()).isEqualTo(200);
                assertThat(client.session().getCreationTime()).isEqualTo(first);
            }
        }
    }

    /** CONTRACT 8.2: "At start it is a configuration error", which names each file that is wrong (CONTRACT 5). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CERT|no certificate|KEY|has no PEM certificate",
                "CERT|-----BEGIN CERTIFICATE-----\nAAAA|KEY|has a malformed certificate",
                "CERT|-----BEGIN CERTIFICATE-----\n!?|KEY|has a malformed certificate",
                "KEY|CHAIN|nothing|has no PEM private key",
                "KEY|CHAIN|OTHER|has a key that does not match the certificate",
                "KEY|CHAIN|RSA|has a key that is malformed or is no EC key",
                "KEY|CHAIN|-----BEGIN PRIVATE KEY-----\nAAAA|has a key that is malformed or is no EC key",
                "KEY|CHAIN|-----BEGIN EC PRIVATE KEY-----\nAAAA|has a key that is malformed or is no EC key",
                "KEY|CHAIN|-----BEGIN DSA PRIVATE KEY-----\nAAAA|has a key that is neither RSA nor EC",
                "KEY|CHAIN|-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA|has an encrypted key",
                "KEY|CHAIN|-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA|has an encrypted key",
                "CERT|REVERSED|KEY|is out of order",
                "CERT|TWICE|KEY|has a certificate twice"
            })
    void aPairThatCannotBeUsedIsAConfigurationError(String row) {
        String[] columns = row.split("\\|");
        String[] certificates = ServerCertificates.ALL.chain("ec").split("(?=-----BEGIN)");
        String chain = columns[1]
                .replace("CHAIN", ServerCertificates.ALL.chain("ec"))
                .replace("REVERSED", certificates[2] + certificates[1])
                .replace("TWICE", certificates[1] + certificates[2] + certificates[2]);
        String key = columns[2].equals("KEY") ? ServerCertificates.ALL.key("ec") : columns[2];
        if (key.matches("OTHER|RSA")) {
            key = ServerCertificates.ALL.key(key.toLowerCase());
        }
        String bad = key;

        assertThatThrownBy(() -> gateway(chain, bad).close())
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains("TLS_" + columns[0] + "_FILE=\""
                        + directory.resolve(columns[0].equals("CERT") ? "tls.crt" : "tls.key") + "\": "
                        + columns[3])
                .contains("; allowed is a PEM file of ");
    }

    @Test
    void bothFilesAreNamedWhereBothAreMissing() {
        assertThatThrownBy(() -> new TestGateway("TLS_CERT_FILE", "/nowhere/a", "TLS_KEY_FILE", "/nowhere/b").close())
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains("TLS_CERT_FILE=\"/nowhere/a\": does not exist")
                .contains("TLS_KEY_FILE=\"/nowhere/b\": does not exist");
    }

    /** CONTRACT 5: "all reported in one message". */
    @Test
    void filesAreNamedWithTheVariablesThatAreInvalid() {
        assertThatThrownBy(() -> new TestGateway(
                                "TLS_CERT_FILE", "/nowhere/a", "TLS_KEY_FILE", "/nowhere/b", "CACHE_TTL_SECONDS", "x")
                        .close())
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains("CACHE_TTL_SECONDS=\"x\": ")
                .contains("TLS_CERT_FILE=\"/nowhere/a\": does not exist")
                .contains("TLS_KEY_FILE=\"/nowhere/b\": does not exist");
    }

    /** CONTRACT 8.2: "in use within 10 s for new connections; open ones are not cut". */
    @Test
    void aChangedPairIsInUseSoonAndOpenConnectionsGoOn() throws Exception {
        try (TestGateway gateway = gateway("ec");
                Wire open = Wire.secure(gateway.port(), TRUST)) {
            assertThat(open.send(JWKS).read().status()).isEqualTo(200);
            Files.writeString(directory.resolve("tls.key"), ServerCertificates.ALL.key("rsa"));
            Files.writeString(directory.resolve("tls.crt"), ServerCertificates.ALL.chain("rsa"));
            FrontDoor.await(() -> subject(gateway).equals("CN=rsa"));
            assertThat(open.send(JWKS).read().status()).isEqualTo(200);
        }
    }

    /** CONTRACT 1.7: "nothing leaked"; what is queued for CACHE_DIR is written, and nobody looks at the files any more. */
    @Test
    void aStopLeavesNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        gateway("ec").close();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().matches("tls-files.*|timer|waits|upstream.*|http.*")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    private static String subject(TestGateway gateway) {
        try (Wire client = Wire.secure(gateway.port(), ServerCertificates.ALL.client("ca"))) {
            return client.session().getPeerPrincipal().getName();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
