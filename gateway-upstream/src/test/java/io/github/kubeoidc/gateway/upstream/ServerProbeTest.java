// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 11: {@code check} looks "at the token …, the CA, name resolution, TCP, TLS", each by itself. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs all of 127.0.0.0/8")
class ServerProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path keys;

    private static Certificates certificates;

    @TempDir
    Path directory;

    private Path file;
    private RawServer server;

    @BeforeAll
    static void makeCertificates() {
        certificates = UpstreamCertificates.in(keys);
    }

    @BeforeEach
    void nameFile() {
        file = directory.resolve("file");
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private int serve(String certificate) {
        server = new RawServer(certificates.server(certificate).getServerSocketFactory());
        return server.port();
    }

    private ServerProbe probe(int port, String variable, Duration timeout) throws Exception {
        Files.writeString(file, certificates.pem("ca"));
        List<X509Certificate> trusted =
                ServerProbe.readCertificates("SA_CA_CERT_PATH", file).certificates();
        return new ServerProbe(URI.create("https://localhost:" + port), variable, trusted, "SA_CA_CERT_PATH", timeout);
    }

    private ServerProbe probe(int port) throws Exception {
        return probe(port, "UPSTREAM_HOST", PATIENCE);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static void assertFailure(ThrowingCallable call, Outcome outcome, String message) {
        FetchException failure = catchThrowableOfType(FetchException.class, call);
        assertThat(failure).hasMessage(message);
        assertThat(failure.outcome()).isEqualTo(outcome);
    }

    // "the token (readable, …)"; "It never prints a token."
    @Test
    void aTokenIsReadFromAFileThatEveryMessageNames() throws Exception {
        Files.writeString(file, " abc.def\n");
        assertThat(ServerProbe.readToken("--token", file)).isEqualTo("abc.def");
        Files.writeString(file, "secret secret");
        assertFailure(
                () -> ServerProbe.readToken("--token", file), Outcome.IO, "--token " + file + " is not a bearer token");
    }

    @Test
    void certificatesAreReadWithTheNamesOfWhatIsBesideThem() throws Exception {
        String key = "-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----\n";
        Files.writeString(file, certificates.pem("ca") + key + certificates.pem("other"));
        ServerProbe.Pem pem = ServerProbe.readCertificates("SA_CA_CERT_PATH", file);
        assertThat(pem.certificates())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly("CN=ca", "CN=other");
        assertThat(pem.others()).containsExactly("PRIVATE KEY");
        Files.delete(file);
        assertFailure(
                () -> ServerProbe.readCertificates("SA_CA_CERT_PATH", file),
                Outcome.IO,
                "SA_CA_CERT_PATH " + file + " does not exist");
    }

    @Test
    void aNameHasItsAddressesAndThePortOfTheUrl() throws Exception {
        assertThat(probe(8443).resolve())
                .isNotEmpty()
                .allMatch(address -> address.getAddress().isLoopbackAddress() && address.getPort() == 8443);
    }

    // 2.1: "Every address that the host's name has is tried"
    @Test
    void theFirstAddressThatTakesAConnectionIsFound() throws Exception {
        int port = serve("good");
        List<InetSocketAddress> addresses = List.of(new InetSocketAddress("127.0.0.9", port), at(port));
        assertThat(probe(port).connect(addresses)).isEqualTo(at(port));
    }

    @Test
    void whereNoAddressTakesAConnectionTheHintFitsTheServer() throws Exception {
        int port = serve("good");
        List<InetSocketAddress> addresses = List.of(new InetSocketAddress("127.0.0.9", port));
        assertFailure(
                () -> probe(port).connect(addresses),
                Outcome.IO,
                "no connection to localhost:" + port + ", is the API server up?");
        assertFailure(
                () -> probe(port, "--public-url", PATIENCE).connect(addresses),
                Outcome.IO,
                "no connection to localhost:" + port + ", does anything listen there?");
    }

    // "certificate and chain, TLS 1.2"
    @Test
    void aHandshakeTellsTheVersionAndTheCertificate() throws Exception {
        int port = serve("good");
        SSLSession session = probe(port).handshake(at(port));
        assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(session.getPeerPrincipal().getName()).isEqualTo("CN=good");
        assertThat(probe(port).handshake(at(port), "TLSv1.2").getProtocol()).isEqualTo("TLSv1.2");
    }

    @Test
    void aCertificateThatIsRefusedIsExplained() throws Exception {
        int port = serve("other");
        assertFailure(
                () -> probe(port).handshake(at(port)),
                Outcome.TLS,
                "certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=other");
        // Elsewhere than at an API server the certificate of an authority may be missing in between.
        assertFailure(
                () -> probe(port, "--public-url", PATIENCE).handshake(at(port)),
                Outcome.TLS,
                "certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=other,"
                        + " and no intermediate certificate came with it");
    }

    @Test
    void aCertificateForAnotherNameIsExplained() throws Exception {
        int port = serve("misnamed");
        assertFailure(() -> probe(port).handshake(at(port)), Outcome.TLS, "certificate is not one for host localhost");
    }

    @Test
    void whatAnswersWithoutTlsIsTold() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Thread answers = new Thread(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client has closed.
                }
            });
            answers.start();
            assertFailure(
                    () -> probe(plain.getLocalPort()).handshake(at(plain.getLocalPort())),
                    Outcome.IO,
                    "what answers there is no TLS");
            answers.join();
        }
    }

    // "TCP, TLS": a load balancer that has nobody behind it takes connections, and says nothing.
    @Test
    void aServerThatTakesConnectionsAndSaysNothingIsTold() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            assertFailure(
                    () -> probe(silent.getLocalPort(), "UPSTREAM_HOST", Duration.ofSeconds(1))
                            .handshake(at(silent.getLocalPort())),
                    Outcome.TIMEOUT,
                    "takes connections, and does not answer within 1s");
        }
    }

    @Test
    void whatFailsLaterIsExplainedInTheSameWords() throws Exception {
        ServerProbe probe = probe(443, "--public-url", Duration.ofSeconds(7));
        FetchException slow = probe.explain(new SocketTimeoutException("secret"));
        assertThat(slow).hasMessage("takes connections, and does not answer within 7s");
        assertThat(slow.outcome()).isEqualTo(Outcome.TIMEOUT);
        FetchException broken = probe.explain(new IOException("secret"));
        assertThat(broken).hasMessage("connection broken before the answer was complete");
        assertThat(broken.outcome()).isEqualTo(Outcome.IO);
    }

    // "public trust store, or --public-ca FILE"
    @Test
    void itsSocketsTrustWhatTheProbeTrusts() throws Exception {
        int port = serve("good");
        try (Socket socket = probe(port).tls().getSocketFactory().createSocket("127.0.0.1", port)) {
            ((SSLSocket) socket).startHandshake();
        }
        ServerProbe publicly =
                new ServerProbe(URI.create("https://localhost:" + port), "--public-url", null, "the JDK", PATIENCE);
        assertFailure(
                () -> publicly.handshake(at(port)),
                Outcome.TLS,
                "certificate not trusted by the JDK, its issuer is CN=ca");
    }
}
