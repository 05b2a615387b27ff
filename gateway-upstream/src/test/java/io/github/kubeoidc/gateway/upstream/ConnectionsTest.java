// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.1: "Every address that the host's name has is tried", and a kept connection that has ended costs no failure. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs all of 127.0.0.0/8")
class ConnectionsTest extends AgainstRawServer {
    @BeforeEach
    void haveADocument() {
        server.document(Bench.JWKS);
    }

    private Bench open(String... addresses) {
        bench.names = host -> addresses(addresses);
        return bench.open("http://localhost:" + server.port());
    }

    private static InetAddress[] addresses(String... literals) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            addresses[i] = InetAddress.getByName(literals[i]);
        }
        return addresses;
    }

    @Test
    void anAddressThatRefusesIsNoFailureWhileAnotherTakesTheConnection() {
        open("127.0.0.9", "127.0.0.8", "127.0.0.1", "127.0.0.7");
        bench.fetch(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void noAddressThatTakesTheConnectionIsAFailureThatSaysSo() {
        open("127.0.0.9", "127.0.0.8")
                .assertFailure(Outcome.IO, "no connection to localhost:" + server.port() + ", is the API server up?");
    }

    @Test
    void aNameWithoutAnAddressIsAFailureThatNamesIt() {
        bench.names = host -> {
            throw new UnknownHostException(host);
        };
        FetchException failure = bench.open("http://localhost:" + server.port()).failure(DocumentKind.JWKS);
        assertThat(failure).hasMessage("host localhost cannot be resolved, is UPSTREAM_HOST right?");
    }

    // 2.2: "the whole exchange, from name resolution to the last byte": one that hangs leaves time for the others.
    @Test
    void anAddressThatDropsPacketsLeavesTimeForTheNextOne() throws IOException {
        List<Socket> queued = new ArrayList<>();
        try (ServerSocket full = new ServerSocket()) {
            full.bind(new InetSocketAddress("127.0.0.6", server.port()), 1);
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                queued.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 50);
                } catch (IOException e) {
                    // The queue is full.
                }
            }
            // One half of it is for each address.
            bench.timeoutSeconds = 10;
            open("127.0.0.6", "127.0.0.1");
            bench.fetch(DocumentKind.JWKS);
            // The address that answered comes first from then on.
            server.reply((out, socket) -> {
                server.document(Bench.JWKS);
                socket.close();
            });
            bench.fetch(DocumentKind.JWKS);
            assertThat(server.requests()).hasSize(3);
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKeptConnectionThatEndsBeforeItAnswersCostsNoFailure(boolean reset) {
        bench.open(server);
        bench.fetch(DocumentKind.JWKS);
        server.reply((out, socket) -> {
            server.document(Bench.JWKS);
            socket.setSoLinger(reset, 0);
            socket.close();
        });
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.requests()).hasSize(3);
        assertThat(server.connections()).isEqualTo(2);
    }

    // "once more, on a new one"
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNewConnectionThatEndsBeforeItAnswersIsAFailure(boolean reset) {
        bench.open(server);
        server.reply((out, socket) -> {
            socket.setSoLinger(reset, 0);
            socket.close();
        });
        for (int asked = 1; asked <= 3; asked++) {
            bench.assertFailure(Outcome.IO, "connection broken before the answer was complete");
            assertThat(server.requests()).hasSize(asked);
        }
    }

    @Test
    void aKeptConnectionThatAnswersSomethingElseIsAFailure() {
        bench.open(server);
        bench.fetch(DocumentKind.JWKS);
        server.reply("SMTP ready\r\n\r\n", "");
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage("the answer is not valid HTTP, or was cut short");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aKeptConnectionThatEndsWithinAnAnswerIsAFailure() {
        bench.open(server);
        bench.fetch(DocumentKind.JWKS);
        server.replyAndClose("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{");
        bench.failure(DocumentKind.JWKS);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void connectionsThatUpstreamClosedWhileNobodyAskedAreNotUsed() throws InterruptedException {
        bench.open(server);
        server.replyAndClose("HTTP/1.1 200 OK\r\nContent-Length: " + Bench.JWKS.length() + "\r\n\r\n" + Bench.JWKS);
        for (int fetched = 1; fetched <= 5; fetched++) {
            bench.fetch(DocumentKind.JWKS);
            assertThat(server.isHungUpOn()).isTrue();
        }
        assertThat(server.requests()).hasSize(5);
    }

    // 3.2: the documents share nothing but connections. What waits for a result is run by nobody else's exchange.
    @Test
    void whatIsDoneWithOneDocumentHoldsUpNoOther() throws InterruptedException {
        bench.open(server);
        CountDownLatch awaited = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        server.document(Bench.JWKS, awaited);
        CompletableFuture<Void> slow = bench.begin(DocumentKind.JWKS).thenRun(() -> {
            held.countDown();
            Waiting.until(() -> release.getCount() == 0);
        });
        // Not before: of a fetch that is over, the test's own thread would run it.
        awaited.countDown();
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        server.document(Bench.DISCOVERY);
        bench.fetch(DocumentKind.DISCOVERY);
        server.document(Bench.JWKS + " ".repeat(2 * Headroom.UNCHECKED_BYTES));
        bench.fetch(DocumentKind.JWKS);
        release.countDown();
        assertThat(slow).succeedsWithin(Duration.ofSeconds(20));
    }

    /** The deadline of a fetch may pass while its token is read. */
    @Test
    void aCallThatIsStoppedBeforeItBeginsAsksNobodyAndLeavesTheKeptConnection() throws Exception {
        URI url = URI.create("http://127.0.0.1:" + server.port());
        try (ApiServer asked = new ApiServer(
                url,
                new FetchErrors(url),
                Duration.ofSeconds(7),
                FileProbe.READERS,
                FileProbe.READERS,
                bench.timer,
                InetAddress::getAllByName)) {
            asked.call("/first").get(null, null);
            ApiServer.Call stopped = asked.call("/stopped");
            stopped.stop();
            assertThatThrownBy(() -> stopped.get(null, null)).isInstanceOf(FetchException.class);
            asked.call("/next").get(null, null);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.connections()).isEqualTo(1);
        }
    }
}
