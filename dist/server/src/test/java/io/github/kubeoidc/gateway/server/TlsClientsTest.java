// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.7: "the TLS handshake likewise". What clients do with TLS itself is bounded as what they do with HTTP. */
class TlsClientsTest {
    /** A record of application data that is announced and does not come. */
    private static final String RECORD_BEGINS = "\u0017\u0003\u0003\u0001\u0000abc";

    private final ScheduledExecutorService dribbling = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        dribbling.shutdownNow();
    }

    private static FrontDoor door(int maxConnections, long maxHeldBytes) throws Exception {
        return FrontDoor.secure(maxConnections, maxHeldBytes, Duration.ofSeconds(75));
    }

    /** The selector keeps a closed end point until its next turn: a thousand of them ended a process with 22 MiB of heap. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAClientThatHasGoneNothingIsKept(boolean hasSentAll) throws Exception {
        try (FrontDoor door = door(100, Long.MAX_VALUE)) {
            String hello = clientHello();
            Wire client = door.connectInClear().sendAsIs(hasSentAll ? hello : hello.substring(0, 100));
            FrontDoor.await(() -> door.held() > 0);
            ClientEndPoint kept = (ClientEndPoint)
                    door.connector.getConnectedEndPoints().iterator().next();
            assertThat(kept.getConnection()).isNotNull();
            client.close();
            FrontDoor.await(() -> door.open() == 0 && kept.getConnection() == null);
            assertThat(kept.progress().tls()).isNull();
            assertThat(kept.progress().heldHeap()).isZero();
        }
    }

    /** The first record of a handshake, as one character a byte. */
    private static String clientHello() throws SSLException {
        SSLEngine engine = ServerCertificates.ALL.client("ca").createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(record.array(), 0, record.position());
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHandshakeIsToBeCompleteInTimeAndOneThatIsMayBeIdle() throws Exception {
        try (FrontDoor door = door(100, Long.MAX_VALUE)) {
            Wire isIdle = door.connect();
            Wire saysNothing = door.connectInClear();
            String hello = clientHello();
            Wire dribbles = door.connectInClear();
            Wire goesAway = door.connectInClear().sendAsIs(hello);
            Wire dribblesARecord = door.connect();
            dribblesARecord.sendBeneath(RECORD_BEGINS);
            long begun = System.nanoTime();
            int[] sent = {0};
            dribbling.scheduleAtFixedRate(
                    () -> {
                        try {
                            dribbles.sendAsIs(hello.substring(sent[0], ++sent[0]));
                            dribblesARecord.sendBeneath("x");
                        } catch (IOException e) {
                            dribbling.shutdown();
                        }
                    },
                    0,
                    200,
                    TimeUnit.MILLISECONDS);
            FrontDoor.await(() -> door.open() == 5);
            assertThat(door.held()).isPositive();

            FrontDoor.await(() -> door.open() == 2);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(8));
            assertThat(goesAway.readToEnd()).isNotEmpty();
            assertThat(isIdle.send(FrontDoor.GET).read().status()).isEqualTo(200);
            FrontDoor.await(() -> door.held() == 0);
            saysNothing.close();
        }
    }

    /** Its own bound, long before the time is over. */
    @Test
    void handshakesThatDoNotGoOnHoldNoMoreThanTheBoundTogether() throws Exception {
        long bound = 4_000_000;
        try (FrontDoor door = door(5000, bound)) {
            String hello = clientHello();
            for (int storm = 0; storm < 3; storm++) {
                List<Wire> clients = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    clients.add(door.connectInClear().sendAsIs(i % 2 == 0 ? hello : hello.substring(0, 100)));
                }
                FrontDoor.await(() -> door.held() <= bound && door.open() < 200);
                assertThat(door.connect().send(FrontDoor.GET).read().status()).isEqualTo(200);
                for (Wire client : clients) {
                    client.close();
                }
                FrontDoor.await(() -> door.held() == 0 && door.open() <= 3);
            }
        }
    }

    @Test
    void whoSpeaksNoTlsIsClosedAndNobodyElseIs() throws Exception {
        try (FrontDoor door = door(100, Long.MAX_VALUE)) {
            Wire honest = door.connect();
            for (String junk : List.of(FrontDoor.GET, "\u0016\u0003\u0001\u0000\u0001x", "\0".repeat(50_000), "x")) {
                Wire client = door.connectInClear();
                try {
                    client.send(junk);
                    client.shutdownOutput();
                    assertThat(client.readToEnd()).doesNotContain("HTTP");
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(SocketException.class);
                }
            }
            assertThat(honest.send(FrontDoor.GET).read().status()).isEqualTo(200);
            FrontDoor.await(() -> door.open() == 1 && door.held() == 0);
        }
    }

    /** Nor does one that begins handshakes, or requests, and does not go on keep others out. */
    @Test
    void unfinishedHandshakesAndHeadsMakeRoomLikeIdleConnections() throws Exception {
        try (FrontDoor door = door(3, Long.MAX_VALUE)) {
            List<Wire> begun = new ArrayList<>();
            begun.add(door.connectInClear().sendAsIs(clientHello().substring(0, 50)));
            FrontDoor.await(() -> door.held() > 0);
            long handshake = door.held();
            begun.add(door.connectInClear().sendAsIs(clientHello()));
            FrontDoor.await(() -> door.held() > handshake);
            begun.add(door.connect().send("G"));
            FrontDoor.await(() -> door.unfinishedHeads() == 1);
            for (Wire surplus : begun) {
                assertThat(door.connect().send(FrontDoor.GET).read().status()).isEqualTo(200);
                assertThat(surplus.readToEnd()).doesNotContain("HTTP");
                FrontDoor.await(() -> door.open() == 3 && door.connector.held() == 3);
            }
        }
    }

    /** Without TLS's notice: a client would take an orderly end for consent. */
    @Test
    void aClientThatRenegotiatesIsCutOff() throws Exception {
        SSLSocketFactory sockets = ServerCertificates.ALL.client("ca").getSocketFactory();
        try (FrontDoor door = door(100, Long.MAX_VALUE);
                SSLSocket client = (SSLSocket) sockets.createSocket("127.0.0.1", door.port())) {
            client.setEnabledProtocols(new String[] {"TLSv1.2"});
            client.startHandshake();
            assertThatThrownBy(() -> {
                        client.startHandshake();
                        client.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class)
                    .message()
                    .doesNotContain("close_notify");
            FrontDoor.await(() -> door.open() == 0);
        }
    }

    /** CONTRACT 1.6 over TLS: one that says that it ends is told the same, and not cut off. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anOrderlyEndIsAnsweredWithOne(String version) throws Exception {
        SSLSocketFactory sockets = ServerCertificates.ALL.client("ca").getSocketFactory();
        try (FrontDoor door = door(100, Long.MAX_VALUE);
                SSLSocket client = (SSLSocket) sockets.createSocket("127.0.0.1", door.port())) {
            client.setEnabledProtocols(new String[] {version});
            client.startHandshake();
            client.shutdownOutput();
            // Without a notice that would be an exception.
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** CONTRACT 1.4: what counts of a method is what HTTP reads, and not the bytes of handshakes and records. */
    @Test
    void aHeadInPiecesThatIsRefusedHasNoBody() throws Exception {
        try (FrontDoor door = door(100, Long.MAX_VALUE)) {
            for (String first : List.of("H", "HE", "\nHEA", "HEAD")) {
                Wire client = door.connect().send(first);
                FrontDoor.await(() -> door.unfinishedHeads() == 1);
                assertThat(client.send("HEAD / HTTP/1.9\nHost: a\n\n"
                                        .substring(first.trim().length()))
                                .readToEnd())
                        .matches("(?s)HTTP/1.1 505 .*\r\n\r\n");
            }
        }
    }

    @Test
    void atTheCapTheIdleOneGoesAndAllAreAllowedAgain() throws Exception {
        try (FrontDoor door = door(20, Long.MAX_VALUE)) {
            for (int i = 0; i < 60; i++) {
                assertThat(door.connect().send(FrontDoor.GET).read().status()).isEqualTo(200);
            }
            FrontDoor.await(() -> door.connector.held() == 20 && door.open() == 20);
            Wire inFlight = door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            FrontDoor.await(() -> !door.waiting.isEmpty());
            for (int i = 0; i < 60; i++) {
                assertThat(door.connect().send(FrontDoor.GET).read().status()).isEqualTo(200);
            }
            door.answerOne();
            assertThat(inFlight.read().status()).isEqualTo(200);
        }
    }
}
