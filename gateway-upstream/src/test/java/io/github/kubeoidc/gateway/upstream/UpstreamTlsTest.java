// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.upstream.JettyClient.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 2.1, 3.9 and 6.3: only SA_CA_CERT_PATH is trusted, as it is now. */
@Timeout(120)
class UpstreamTlsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    static Path keys;

    private static Certificates certificates;

    @TempDir
    Path directory;

    private Bench bench;
    private RawServer server;

    @BeforeAll
    static void makeCertificates() {
        certificates = UpstreamCertificates.in(keys);
    }

    @BeforeEach
    void files() {
        bench = new Bench(directory);
        bench.write(bench.ca, certificates.pem("ca"));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
        server.close();
    }

    private void serve(String certificate) {
        server = new RawServer(certificates.server(certificate));
        server.document(Bench.JWKS);
    }

    private Bench open() {
        return bench.open("https://127.0.0.1:" + server.port());
    }

    @Test
    void aCertificateOfTheCaIsTrusted() {
        serve("good");
        assertThat(open().fetch(DocumentKind.JWKS).json()).asString().isEqualTo(Bench.JWKS);
        assertThat(server.requests()).singleElement().asString().contains("Bearer " + Bench.TOKEN);
    }

    @Test
    void everyCertificateOfTheFileIsTrusted() {
        bench.write(bench.ca, "# two\n" + certificates.pem("other") + "\n" + certificates.pem("ca"));
        serve("good");
        open().fetch(DocumentKind.JWKS);
        bench.write(bench.ca, certificates.pem("ca") + certificates.pem("other"));
        bench.fetch(DocumentKind.JWKS);
    }

    /** One for clients in other words than one for another name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            other | certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=other
            misnamed | certificate is not one for host 127.0.0.1
            client | certificate of 127.0.0.1:%d is not for servers, by its extended key usage
            """)
    void aCertificateOfAnotherCaNameOrUseIsRefusedAndTheTokenNotSent(String certificate, String message) {
        serve(certificate);
        open().assertFailure(Outcome.TLS, message.formatted(server.port()));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void anExpiredCertificateIsRefused() {
        serve("expired");
        FetchException failure = open().failure(DocumentKind.JWKS);
        assertThat(failure)
                .hasMessageMatching("certificate of 127.0.0.1:" + server.port()
                        + " expired or not yet valid, the server's own is valid from 20\\S+Z until 20\\S+Z");
        assertThat(failure.outcome()).isEqualTo(Outcome.TLS);
    }

    // 6.3 demands the reason; the thread that writes the request finds only a closed channel where the other was first.
    @Test
    void whyAHandshakeFailedIsKnownToWhoeverUsesTheConnectionNext() throws Exception {
        byte[] handshakeFailure = {21, 3, 3, 0, 2, 2, 40};
        server = new RawServer(() -> new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1")) {
            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                socket.getOutputStream().write(handshakeFailure);
                return socket;
            }
        });
        URI url = URI.create("https://127.0.0.1:" + server.port());
        UpstreamAddress upstream = new UpstreamAddress(url, BOUND, InetAddress::getAllByName, Runnable::run);
        ExecutorService executor = Executors.newCachedThreadPool();
        ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
        try (JettyClient client = new JettyClient(upstream, BOUND, executor, timer)) {
            Route route = new Route(upstream.resolve().get(0), CaFile.trusting(null));
            Exchange exchange = new Exchange(route.head());
            client.connect(route).connected().get().send(client.newRequest(url, null), exchange);
            assertThat(exchange.answer()).failsWithin(BOUND);
            assertThat(route.why(new ClosedChannelException())).isInstanceOf(SSLException.class);
        } finally {
            executor.shutdownNow();
            timer.shutdownNow();
        }
    }

    // 2.1: "a name with a trailing dot and an IPv6 address with a zone work"
    @ParameterizedTest
    @CsvSource({
        "localhost., localhost., localhost",
        "[::1%25lo], ::1%lo, [::1]",
        "[::1%251], ::1%1, [::1]",
        "[::1], ::1, [::1]"
    })
    void aTrailingDotAndAZoneAreForTheLookUpAndNotForCertificates(String host, String lookedUp, String named) {
        serve("dotted");
        List<String> asked = new CopyOnWriteArrayList<>();
        bench.names = name -> {
            asked.add(name);
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        };
        bench.open("https://" + host + ":" + server.port()).fetch(DocumentKind.JWKS);
        assertThat(server.requests())
                .singleElement()
                .asString()
                .contains("Host: " + named + ":" + server.port() + "\r\n");
        assertThat(asked).containsExactly(lookedUp);
    }

    // An address where another server's certificate is shown is as good as one that refuses.
    @Test
    void anAddressWithoutTlsOrWithAnotherCertificateIsNoFailureWhileAnotherAddressIsGood() throws Exception {
        serve("good");
        bench.names =
                host -> new InetAddress[] {InetAddress.getByName("127.0.0.5"), InetAddress.getByName("127.0.0.1")};
        try (ServerSocket silent = new ServerSocket(server.port(), 5, InetAddress.getByName("127.0.0.5"))) {
            // One half of it is for each address.
            bench.timeoutSeconds = 10;
            bench.open("https://localhost:" + server.port()).fetch(DocumentKind.JWKS);
            assertThat(silent.isBound()).isTrue();
        }
    }

    // 3.9: "A changed CA replaces the TLS context", which costs an exchange of the other document nothing.
    @Test
    void aChangedCaLeavesAnExchangeInProgressAlone() throws InterruptedException {
        serve("good");
        CountDownLatch release = new CountDownLatch(1);
        server.document(Bench.DISCOVERY, release);
        CompletableFuture<Document> other = open().begin(DocumentKind.DISCOVERY);
        assertThat(server.isAsked()).isTrue();
        server.document(Bench.JWKS);
        bench.write(bench.ca, certificates.pem("other") + certificates.pem("ca"));
        bench.fetch(DocumentKind.JWKS);
        release.countDown();
        assertThat(other).succeedsWithin(Duration.ofSeconds(20));
    }

    // 6.3: what is beside a good certificate is told, and does not keep it from being used
    @ParameterizedTest
    @CsvSource({
        "-----BEGIN PRIVATE KEY-----\\nMAo=\\n-----END PRIVATE KEY-----\\n, PRIVATE KEY",
        "-----BEGIN TRUSTED CERTIFICATE-----\\nMAo=\\n-----END TRUSTED CERTIFICATE-----\\n, TRUSTED CERTIFICATE",
        "-----BEGIN X509 CRL-----\\nMAo=\\n-----END X509 CRL-----\\n, X509 CRL",
        "ï»¿, ''",
        "# a comment\\n, ''"
    })
    void aGoodCertificateBesideSomethingElseIsTrusted(String beside, String skipped) {
        bench.write(bench.ca, beside.replace("\\n", "\n") + certificates.pem("ca"));
        serve("good");
        try (LogLines log = LogLines.of(directory)) {
            open().fetch(DocumentKind.JWKS);
            if (skipped.isEmpty()) {
                assertThat(log.lines()).isEmpty();
            } else {
                assertThat(log.lines())
                        .containsExactly("WARN SA_CA_CERT_PATH " + bench.ca
                                + " has more than certificates, which is skipped: " + skipped);
            }
        }
    }

    // 3.9: "A changed CA replaces the TLS context and its connections."
    @Test
    void aChangedCaIsInUseWithTheNextFetchAndAConnectionThatAnotherVouchedForIsNot() {
        String refused = "certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=ca";
        bench.write(bench.ca, certificates.pem("other"));
        serve("good");
        assertThat(open().failure(DocumentKind.JWKS)).hasMessage(refused);
        bench.write(bench.ca, certificates.pem("ca"));
        bench.fetch(DocumentKind.JWKS);
        bench.write(bench.ca, certificates.pem("other"));
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage(refused);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aConnectionIsUsedAgainWhileTheCaIsTheSame() {
        serve("good");
        open().fetch(DocumentKind.JWKS);
        bench.write(bench.ca, certificates.pem("ca"));
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.connections()).isEqualTo(1);
    }

    // 3.9: "An unreadable, empty or malformed file keeps the last good one and logs a warning naming the path"
    @Test
    void aBrokenCaFileKeepsTheLastGoodOneAndIsAWarningThatNamesIt() throws IOException {
        serve("good");
        open().fetch(DocumentKind.JWKS);
        try (LogLines log = LogLines.of(directory)) {
            for (String broken :
                    new String[] {"", "nonsense", certificates.pem("ca").substring(0, 200)}) {
                bench.write(bench.ca, broken);
                bench.fetch(DocumentKind.JWKS);
                bench.fetch(DocumentKind.JWKS);
            }
            Files.delete(bench.ca);
            bench.fetch(DocumentKind.JWKS);
            assertThat(log.lines())
                    .containsExactly(
                            "WARN SA_CA_CERT_PATH " + bench.ca
                                    + " has no PEM certificate: the last good one stays in use",
                            "WARN SA_CA_CERT_PATH " + bench.ca
                                    + " has a malformed certificate: the last good one stays in use",
                            "WARN SA_CA_CERT_PATH " + bench.ca + " does not exist: the last good one stays in use");
        }
    }

    // 3.9: "where there never was a good one the fetch fails, and works once the file appears"
    @Test
    void withoutACaFetchesFailUntilThereIsOne() throws IOException {
        serve("good");
        Files.delete(bench.ca);
        try (LogLines log = LogLines.of(directory)) {
            open();
            assertThat(log.awaited(1))
                    .containsExactly("WARN SA_CA_CERT_PATH " + bench.ca
                            + " does not exist: documents cannot be fetched until it is there");
        }
        bench.assertFailure(Outcome.TLS, "no usable certificate: SA_CA_CERT_PATH " + bench.ca + " does not exist");
        assertThat(server.connections()).isZero();
        bench.write(bench.ca, certificates.pem("ca"));
        bench.fetch(DocumentKind.JWKS);
    }
}
