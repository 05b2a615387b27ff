// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CONTRACT 2.1: "Every address that the host's name has is tried, within the bound of 2.2". Each of these takes connections; what
 * it does with requests differs.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs all of 127.0.0.0/8")
class AddressesTest extends AgainstRawServer {
    private static final RawServer.Reply HANGS = (out, socket) -> {};

    private final RawServer first = server;
    private final RawServer second = new RawServer("127.0.0.2", server.port());
    private final RawServer third = new RawServer("127.0.0.3", server.port());

    @BeforeEach
    void open() {
        bench.names = host -> new InetAddress[] {
            InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3")
        };
        bench.open("http://localhost:" + server.port());
        List.of(first, second, third).forEach(each -> each.document(Bench.JWKS));
    }

    @AfterEach
    void closeTheOthers() throws IOException {
        second.close();
        third.close();
    }

    static Stream<RawServer.Reply> failures() {
        return Stream.of(
                RawServer.last(""),
                RawServer.last("HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"),
                RawServer.last("HTTP/1.1 503 X\r\nContent-Length: 9\r\n\r\n"),
                RawServer.last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
                RawServer.last("SMTP ready\r\n\r\n"),
                (out, socket) -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                });
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anAddressThatFailsAfterTheRequestIsNoFailureWhileAnotherAnswers(RawServer.Reply failure) {
        first.reply(failure);
        bench.fetch(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        assertThat(first.requests()).hasSize(1);
        assertThat(second.requests()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void soDoesOneThatHasAnsweredBefore(RawServer.Reply failure) {
        bench.fetch(DocumentKind.JWKS);
        first.reply(failure);
        bench.fetch(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        // On the connection that was kept, and once more where that ended before an answer.
        assertThat(first.requests()).hasSizeBetween(2, 3);
        assertThat(second.requests()).hasSize(2);
    }

    /** Name servers give the addresses of a name in turn. An API server may keep no connection open. */
    @Test
    void theAddressThatHasAnsweredIsAskedAgainWhateverTheirOrder() throws IOException {
        List.of(first, second, third)
                .forEach(each ->
                        each.reply("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", Bench.JWKS));
        List<InetAddress> addresses = new ArrayList<>(List.of(bench.names.lookUp("localhost")));
        bench.names = host -> addresses.toArray(InetAddress[]::new);
        bench.open("http://localhost:" + server.port());
        for (int i = 0; i < 3; i++) {
            bench.fetch(DocumentKind.JWKS);
            Collections.rotate(addresses, 1);
        }
        assertThat(first.requests()).hasSize(3);
        assertThat(first.connections()).isEqualTo(3);
    }

    static Stream<RawServer.Reply> answersOfNoUse() {
        return Stream.of(
                RawServer.last("HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n"),
                RawServer.last("HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n"),
                RawServer.last("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"),
                RawServer.last("HTTP/1.1 301 X\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"),
                RawServer.last("HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n"),
                RawServer.last("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"),
                RawServer.last("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"));
    }

    // 3.9: "A 401 is not repeated at once". It is the API server's word: the fetch that gets it asks no other address.
    @ParameterizedTest
    @MethodSource("answersOfNoUse")
    void afterAnAnswerOfNoUseTheNextFetchAsksAnother(RawServer.Reply answer) {
        first.reply(answer);
        bench.failure(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        assertThat(first.requests()).hasSize(1);
        assertThat(second.requests()).hasSize(2);
        assertThat(second.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("answersOfNoUse")
    void soItDoesWhereTheAddressHasAnsweredWellBefore(RawServer.Reply answer) {
        bench.fetch(DocumentKind.JWKS);
        first.reply(answer);
        bench.failure(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        assertThat(first.requests()).hasSize(2);
        assertThat(second.requests()).hasSize(1);
    }

    // 2.2: the bound is that of all addresses together. A slow one is not hurried while it may answer.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterOneThatHangsTheNextFetchAsksAnother(boolean hasAnswered) throws InterruptedException {
        if (hasAnswered) {
            bench.fetch(DocumentKind.JWKS);
            assertThat(first.isAsked()).isTrue();
        }
        first.reply(HANGS);
        second.reply(HANGS);
        timeOutAt(first);
        timeOutAt(second);
        bench.fetch(DocumentKind.JWKS);
        assertThat(third.requests()).hasSize(1);
    }

    @Test
    void aConnectionThatIsKeptToOneThatHangsIsNotUsedEither() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        first.document(Bench.JWKS, release);
        CompletableFuture<Document> kept = bench.begin(DocumentKind.JWKS);
        assertThat(first.isAsked()).isTrue();
        first.reply(HANGS);
        CompletableFuture<Document> hanging = bench.begin(DocumentKind.DISCOVERY);
        assertThat(first.isAsked()).isTrue();
        release.countDown();
        assertThat(kept).succeedsWithin(Duration.ofSeconds(20));
        bench.timer.expire();
        Bench.failure(hanging);
        assertThat(first.isHungUpOn()).isTrue();
        bench.fetch(DocumentKind.JWKS);
        assertThat(second.requests()).hasSize(1);
    }

    private void timeOutAt(RawServer server) throws InterruptedException {
        CompletableFuture<Document> fetch = bench.begin(DocumentKind.JWKS);
        assertThat(server.isAsked()).isTrue();
        bench.timer.expire();
        assertThat(Bench.failure(fetch).outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(server.isHungUpOn()).isTrue();
    }

    @Test
    void whereAllFailAnAnswerSaysMoreThanABrokenConnection() {
        first.reply(RawServer.last(""));
        second.reply("HTTP/1.1 500 X\r\nContent-Length: %d\r\n\r\n", "");
        third.reply(RawServer.last(""));
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage("500: only 200 counts");
        assertThat(Stream.of(first, second, third).map(RawServer::requests)).allMatch(asked -> asked.size() == 1);
    }
}
