// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import io.github.kubeoidc.gateway.upstream.ServerProbe.Attempt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 11: {@code check} looks "at the token …, the CA, name resolution, TCP, TLS", each by itself. */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs all of 127.0.0.0/8")
class ServerProbeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

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
        server = new RawServer(certificates.server(certificate));
        return server.port();
    }

    private ServerProbe probe(int port, String variable, Duration timeout) throws Exception {
        Files.writeString(file, certificates.pem("ca"));
        List<X509Certificate> trusted =
                FileProbe.readCertificates("SA_CA_CERT_PATH", file).certificates();
        return new ServerProbe(
                URI.create("https://localhost:" + port),
                variable,
                trusted,
                "SA_CA_CERT_PATH",
                timeout,
                InetAddress::getAllByName);
    }

    private ServerProbe probe(int port) throws Exception {
        return probe(port, "UPSTREAM_HOST", LIMIT);
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    // "the token (readable, …)"; "It never prints a token."
    @Test
    void aTokenIsReadFromAFileThatEveryMessageNames() throws Exception {
        Files.writeString(file, " abc.def\n");
        assertThat(FileProbe.readToken("--token", file)).isEqualTo("abc.def");
        Files.writeString(file, "secret secret");
        assertFailure(
                () -> FileProbe.readToken("--token", file), Outcome.IO, "--token " + file + " is not a bearer token");
    }

    @Test
    void certificatesAreReadWithTheNamesOfWhatIsBesideThem() throws Exception {
        String key = "-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----\n";
        Files.writeString(file, certificates.pem("ca") + key + certificates.pem("other"));
        FileProbe.Pem pem = FileProbe.readCertificates("SA_CA_CERT_PATH", file);
        assertThat(pem.certificates()).extracting(ServerProbeTest::subject).containsExactly("CN=ca", "CN=other");
        assertThat(pem.others()).containsExactly("PRIVATE KEY");
        Files.delete(file);
        assertFailure(
                () -> FileProbe.readCertificates("SA_CA_CERT_PATH", file),
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
        List<Attempt> tried =
                probe(port).reach(List.of(new InetSocketAddress("127.0.0.9", port), at(port), at(1)), false);
        assertThat(tried).extracting(Attempt::isConnected).containsExactly(false, true);
        assertThat(tried.get(0).failure()).hasMessage("no connection to localhost:" + port + ", is the API server up?");
        assertThat(tried.get(1)).isEqualTo(new Attempt(at(port), true, null, null));
    }

    @Test
    void anAddressWithoutTlsIsFollowedByTheNext() throws Exception {
        int port = serve("good");
        try (ServerSocket silent = new ServerSocket(port, 5, InetAddress.getByName("127.0.0.9"))) {
            List<Attempt> tried = probe(port, "UPSTREAM_HOST", Duration.ofSeconds(10))
                    .reach(List.of((InetSocketAddress) silent.getLocalSocketAddress(), at(port)), true);
            assertThat(tried).hasSize(2).allMatch(Attempt::isConnected);
            assertThat(tried.get(0).failure()).hasMessage("takes connections, and does not answer within 5s");
            assertThat(tried.get(1).failure()).isNull();
            assertThat(subject(tried.get(1).handshake().certificate())).isEqualTo("CN=good");
        }
    }

    @Test
    void theHintFitsTheServer() throws Exception {
        ServerProbe probe = probe(1, "--public-url", LIMIT);
        assertThat(probe.reach(List.of(at(1)), true).get(0).failure())
                .hasMessage("no connection to localhost:1, does anything listen there?");
    }

    // "certificate and chain, TLS 1.2"
    @Test
    void aHandshakeTellsTheVersionAndTheCertificate() throws Exception {
        int port = serve("good");
        ServerProbe.Handshake handshake = probe(port).handshake(at(port), "TLSv1.3");
        assertThat(handshake.protocol()).isEqualTo("TLSv1.3");
        assertThat(subject(handshake.certificate())).isEqualTo("CN=good");
        assertThat(probe(port).handshake(at(port), "TLSv1.2").protocol()).isEqualTo("TLSv1.2");
    }

    // The last: elsewhere than at an API server the certificate of an authority may be missing in between.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            misnamed | UPSTREAM_HOST | certificate is not one for host localhost
            other | UPSTREAM_HOST | certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=other
            other | --public-url | certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=other, \
            and no intermediate certificate came with it
            """)
    void aCertificateThatIsRefusedIsExplained(String certificate, String variable, String message) throws Exception {
        int port = serve(certificate);
        ServerProbe probe = probe(port, variable, LIMIT);
        assertFailure(() -> probe.handshake(at(port), "TLSv1.3"), Outcome.TLS, message);
    }

    // "TLS": what a fetch would agree on, and not all that the JDK would.
    @Test
    void aCipherSuiteThatNoFetchTakesIsNoneHere() throws Exception {
        SSLServerSocketFactory sockets = certificates.server("good").getServerSocketFactory();
        server = new RawServer(() -> {
            SSLServerSocket socket =
                    (SSLServerSocket) sockets.createServerSocket(0, 0, InetAddress.getByName("127.0.0.1"));
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(
                    new String[] {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"});
            return socket;
        });
        int port = server.port();
        String message = "TLS handshake with localhost:" + port + " failed";
        assertFailure(() -> probe(port).handshake(at(port), "TLSv1.2"), Outcome.TLS, message);
        assertFailure(() -> probe(port).get(at(port), "/a", LIMIT), Outcome.TLS, message);
    }

    @Test
    void whatAnswersWithoutTlsIsTold() throws Exception {
        server = new RawServer(() -> new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1")) {
            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return socket;
            }
        });
        int port = server.port();
        assertFailure(() -> probe(port).handshake(at(port), "TLSv1.3"), Outcome.IO, "what answers there is no TLS");
    }

    // "TCP, TLS": a load balancer that has nobody behind it takes connections, and says nothing.
    @Test
    void aServerThatTakesConnectionsAndSaysNothingIsTold() throws Exception {
        server = new RawServer();
        ServerProbe probe = probe(server.port(), "UPSTREAM_HOST", Duration.ofSeconds(1));
        assertFailure(
                () -> probe.handshake(at(server.port()), "TLSv1.3"),
                Outcome.TIMEOUT,
                "takes connections, and does not answer within 1s");
    }

    // "as a relying party would": it has no token, and takes the last answer for the answer.
    @Test
    void whatIsServedIsAskedForWithoutAToken() throws Exception {
        int port = serve("good");
        server.reply(
                "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nContent-Length: %d\r\n\r\n",
                "{}");
        ServerProbe.Answer answer = probe(port).get(at(port), "/a", LIMIT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.fields()).containsEntry("A", List.of("b")).doesNotContainKey("Link");
        assertThat(answer.body()).asString().isEqualTo("{}");
        assertThat(answer.took()).isPositive().isLessThan(LIMIT);
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("GET /a HTTP/1.1\r\n")
                .contains("Host: localhost:" + port + "\r\n")
                .doesNotContain("Authorization");
    }

    @Test
    void anotherStatusIsAnAnswerToo() throws Exception {
        int port = serve("good");
        server.reply("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: %d\r\n\r\n", "body");
        ServerProbe.Answer answer = probe(port).get(at(port), "/a", LIMIT);
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.body()).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anAnswerThatIsLateIsTold() throws Exception {
        int port = serve("good");
        assertFailure(
                () -> probe(port).get(at(port), "/a", Duration.ofMillis(1500)),
                Outcome.TIMEOUT,
                "takes connections, and does not answer within 1.5s");
    }

    // "the token (readable …)": a machine that has little to give is slow with it.
    @Test
    void aFileThatIsReadSlowlyIsWaitedFor() throws Exception {
        ThreadFactory threads = FileProbe.READERS.getThreadFactory();
        Files.writeString(file, "abc.def");
        try {
            FileProbe.READERS.setThreadFactory(task -> threads.newThread(() -> CompletableFuture.delayedExecutor(
                            2 * LastGoodFile.READ_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(task)));
            assertThat(FileProbe.readToken("--token", file)).isEqualTo("abc.def");
        } finally {
            FileProbe.READERS.setThreadFactory(threads);
        }
    }

    // "public trust store, or --public-ca FILE"
    @Test
    void withoutCertificatesItTrustsWhomTheJdkTrusts() throws Exception {
        int port = serve("good");
        ServerProbe publicly = new ServerProbe(
                URI.create("https://localhost:" + port),
                "--public-url",
                null,
                "the JDK",
                LIMIT,
                InetAddress::getAllByName);
        assertFailure(
                () -> publicly.handshake(at(port), "TLSv1.3"),
                Outcome.TLS,
                "certificate not trusted by the JDK, its issuer is CN=ca");
    }
}
