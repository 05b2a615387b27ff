// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 6.3: "cause in words an operator can act on", where an address takes connections and says nothing, and others refuse. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs all of 127.0.0.0/8")
class SilentAddressTest {
    private static final String SILENT = "127.0.0.2";

    private static final String AUTHORITY =
            Certificates.inMemory(none -> none.make("ca", "-ext", "bc:c")).pem("ca");

    @TempDir
    Path directory;

    private ServerSocket silent;
    private Bench bench;

    @BeforeEach
    void listen() throws IOException {
        silent = new ServerSocket(0, 10, InetAddress.getByName(SILENT));
        bench = new Bench(directory);
        bench.write(bench.ca, AUTHORITY);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
        silent.close();
    }

    /** 2.2: an address that does not answer leaves the same time for each of the others. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2 127.0.0.3", "127.0.0.3 127.0.0.2 127.0.0.4", "127.0.0.2 127.0.0.3 127.0.0.4"})
    void isWhatTimedOutWhereTheOthersRefuse(String addresses) {
        FetchException failure = Bench.failure(begin(addresses));

        assertThat(failure.outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(failure).hasMessageMatching("timed out after [1-9]\\.\\ds at an address that takes connections");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "127.0.0.3 127.0.0.2", "127.0.0.3 127.0.0.4 127.0.0.2"})
    void hasAllTheTimeThatIsLeftWhereItIsTheLast(String addresses) throws IOException {
        CompletableFuture<Document> fetch = begin(addresses);
        try (Socket held = silent.accept()) {
            // The TLS handshake has begun.
            assertThat(held.getInputStream().read()).isPositive();
            bench.timer.expire();
            FetchException failure = Bench.failure(fetch);

            assertThat(failure.outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(failure).hasMessage("timed out after 7s");
        }
    }

    private CompletableFuture<Document> begin(String addresses) {
        bench.names = host ->
                Stream.of(addresses.split(" ")).map(SilentAddressTest::address).toArray(InetAddress[]::new);
        return bench.open("https://localhost:" + silent.getLocalPort()).begin(DocumentKind.JWKS);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
