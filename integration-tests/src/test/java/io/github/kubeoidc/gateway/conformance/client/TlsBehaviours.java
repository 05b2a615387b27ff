// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static io.github.kubeoidc.gateway.conformance.client.TlsBehaviour.beneath;
import static io.github.kubeoidc.gateway.conformance.client.TlsBehaviour.speaking;

import io.github.kubeoidc.gateway.conformance.http.ClientHello;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The rows of the matrix of TLS. */
final class TlsBehaviours {

    private static final String HEAD = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\n";
    private static final String GET = HEAD + "\r\n";
    private static final String LAST = HEAD + "Connection: close\r\n\r\n";
    private static final String POST =
            "POST /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\nContent-Length: 1048576\r\n\r\n";

    /** A request with a body of 1 MiB. */
    static final String BODY = POST + "a".repeat(1 << 20);

    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";
    private static final String CLOSE = "a close";

    private static final String HANDSHAKE_BOUND = "10 s for a handshake, an eighth of the heap for all";
    private static final String NO_TLS = "none: it is no TLS";
    private static final String ANSWERED = "none: it is answered";
    private static final String CAP = "connections that fit in a third of the heap, the longest-idle one is closed";
    private static final String NOT_TAKEN = "10 s for an answer to be taken";

    /** Beneath the name of a message that says that it has 16 MiB. */
    private static final String HUGE_MESSAGE = "\u0016\u0003\u0001\u0040\u0000\u0001\u00ff\u00ff\u00ff";

    private TlsBehaviours() {}

    static List<TlsBehaviour> all() {
        return Stream.of(handshakes(), noTls(), afterHandshakes(), requests())
                .flatMap(List::stream)
                .toList();
    }

    private static List<TlsBehaviour> handshakes() {
        String hello = latin1(ClientHello.ofTls13());
        String otherHello = latin1(ClientHello.of(ClientHello.TLS_1_2, 0xc02b, 0xc02f));
        return List.of(
                beneath(
                        Behaviour.of("1.7", "a handshake at a byte a second", 400, 40, HANDSHAKE_BOUND)
                                .sending(hello)
                                .atBytesPerSecond(1),
                        CLOSE),
                beneath(
                        Behaviour.of(
                                        "1.7",
                                        "a handshake that is abandoned after the server's hello",
                                        1000,
                                        40,
                                        HANDSHAKE_BOUND)
                                .sending(hello, otherHello),
                        CLOSE),
                beneath(
                        Behaviour.of("1.7", "connects and never begins a handshake", 1200, 8, CAP)
                                .with(Behaviour.Flag.STAYS),
                        CLOSE,
                        "no answer"),
                speaking(
                        Behaviour.of("8.1", "a handshake in records of one byte", 16, 5, ANSWERED),
                        client -> client.inRecordsOfOneByte()
                                .handshake(TLS_1_3)
                                .send(GET)
                                .answer(),
                        "200"),
                speaking(
                        Behaviour.of("1.7", "a handshake and a reset", 16, 5, "none: nothing is kept"),
                        client -> {
                            client.handshake(TLS_1_2).resetOnClose();
                            return CLOSE;
                        },
                        CLOSE));
    }

    private static List<TlsBehaviour> noTls() {
        return List.of(
                beneath(
                        Behaviour.of("8.1", "HTTP in clear", 100, 4, NO_TLS)
                                .sending(GET, LAST, POST)
                                .with(Behaviour.Flag.AGAIN)
                                .openingPerSecond(500),
                        CLOSE),
                beneath(
                        Behaviour.of("8.1", "bytes that are no TLS, or only begin like it", 100, 4, NO_TLS)
                                .sending("\0".repeat(50_000), "\u00ff".repeat(50_000))
                                .sending(HUGE_MESSAGE + "a".repeat(100_000))
                                .sending("\u0016\u0003\u0001\u00ff\u00ff" + "a".repeat(100_000))
                                .sending("\u0016\u0003\u0001\u0000\u0000".repeat(1000) + "x")
                                .sending("\u0017\u0003\u0003\u0000\u0001x")
                                .sending("\u0015\u0003\u0003\u0000\u0002\u0001\u0000")
                                .sending("\u0014\u0003\u0003\u0000\u0001\u0001".repeat(1000) + "x")
                                .with(Behaviour.Flag.AGAIN)
                                .openingPerSecond(500),
                        CLOSE));
    }

    private static List<TlsBehaviour> afterHandshakes() {
        return List.of(
                speaking(
                        Behaviour.of(
                                "8.1",
                                "another handshake on the same connection (TLS 1.2)",
                                16,
                                5,
                                "none: it is refused"),
                        client -> client.handshake(TLS_1_2)
                                .handshakeAgain()
                                .send(GET)
                                .answer(),
                        CLOSE),
                speaking(
                        Behaviour.of(
                                "1.7", "changes its keys without end and never reads (TLS 1.3)", 32, 12, NOT_TAKEN),
                        client -> {
                            client.handshake(TLS_1_3);
                            while (true) {
                                client.handshakeAgain();
                            }
                        },
                        CLOSE),
                speaking(
                        Behaviour.of(
                                "1.7",
                                "changes its keys a hundred times before each request (TLS 1.3)",
                                16,
                                5,
                                ANSWERED),
                        client -> {
                            client.handshake(TLS_1_3);
                            for (int i = 0; i < 100; i++) {
                                client.handshakeAgain();
                            }
                            return client.send(GET).answer();
                        },
                        "200"));
    }

    private static List<TlsBehaviour> requests() {
        return List.of(
                speaking(
                        Behaviour.of("1.7", "a request in records of one byte", 16, 5, ANSWERED),
                        client -> client.handshake(TLS_1_3)
                                .sendInRecordsOfOneByte(GET)
                                .answer(),
                        "200"),
                speaking(
                        Behaviour.of(
                                "1.4",
                                "3,500 empty lines before a request, each in a record of its own",
                                4,
                                5,
                                ANSWERED),
                        client -> {
                            client.handshake(TLS_1_3);
                            for (int i = 0; i < 3500; i++) {
                                client.send("\r\n");
                            }
                            return client.send(GET).answer();
                        },
                        "200"),
                speaking(
                        Behaviour.of("1", "closes its half after the request, without TLS's notice", 16, 5, ANSWERED),
                        client -> client.handshake(TLS_1_3)
                                .send(LAST)
                                .endBeneath()
                                .lastAnswer(),
                        "200"),
                speaking(
                        Behaviour.of("1.6", "a body of 1 MiB", 200, 8, "5 s in which it is discarded"),
                        client -> client.handshake(TLS_1_3).send(BODY).lastAnswer(),
                        "405",
                        CLOSE));
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
