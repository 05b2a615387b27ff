// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.ClientHello;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import io.github.kubeoidc.gateway.standin.TlsSecret;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Section 8: HTTPS with {@code TLS_CERT_FILE} and {@code TLS_KEY_FILE}. */
final class TlsChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);
    private static final String TRANSPORT = "Strict-Transport-Security";

    private static final String CERTIFICATE = "TLS_CERT_FILE";
    private static final String KEY = "TLS_KEY_FILE";

    /** Above 10 s, and the lateness of a busy machine. */
    private static final Duration IN_USE = Duration.ofSeconds(15);

    private static final Duration LATE = Duration.ofSeconds(30);

    /** AES-GCM with ECDHE and either kind of certificate. */
    private static final int[] MODERN = {0xc02b, 0xc02c, 0xc02f, 0xc030};

    /** With 3DES, AES and Camellia; with RSA, DHE, ECDH and ECDHE (the registry of TLS's parameters has their names). */
    private static final int[] CBC = {
        0x000a, 0x0016, 0x002f, 0x0033, 0x0035, 0x0039, 0x003c, 0x003d, 0x0041, 0x0067, 0x006b, 0x0084, 0xc004, 0xc005,
        0xc008, 0xc009, 0xc00a, 0xc00e, 0xc00f, 0xc012, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028, 0xc072, 0xc073
    };

    private static final CheckList.Start<TlsSecret> SECRET = delivery -> TlsSecret.temporary(CertificateKeys.P_256);

    private TlsChecks() {}

    static void checks(CheckList list) {
        spoken(list.in("8.1"));
        answers(list.in("8.1"));
        changes(list.in("8.2"));
        starts(list.in("8.2"));
    }

    /** What section 5 says of the two variables. */
    static void configuration(CheckList list) {
        for (String alone : List.of(CERTIFICATE, KEY)) {
            list.must(alone + " alone is refused", SECRET, secret -> {
                String path = secret.environment().getOrDefault(alone, "");
                list.refused(Map.of(alone, path)).names(alone, alone.equals(KEY) ? CERTIFICATE : KEY);
            });
        }
    }

    private static void spoken(CheckList list) {
        for (CertificateKeys keys : CertificateKeys.values()) {
            String certificate = " with a certificate of " + keys;
            list.must("TLS 1.2 and 1.3 are spoken and nothing older" + certificate, TlsBed.with(keys), bed -> {
                for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                    String http = bed.handshake(version);
                    Expect.holds(!http.equals("h2"), version + ": HTTP/2 is agreed on");
                }
                Expect.that(bed.getJwks()).status(200);
                goesOn(bed, ClientHello.TLS_1_2, MODERN);
                for (int older = ClientHello.TLS_1_1; older > ClientHello.TLS_1_1 - 3; older--) {
                    refuses(bed, older, CBC);
                    refuses(bed, older, MODERN);
                }
            });
            list.must("no CBC suite is taken" + certificate, TlsBed.with(keys), bed -> {
                goesOn(bed, ClientHello.TLS_1_2, MODERN);
                for (int suite : CBC) {
                    refuses(bed, ClientHello.TLS_1_2, suite);
                }
            });
        }
        // Of services in Compose, or of a client that takes a URL with a trailing dot at its word: no name of a host.
        list.should("any server name gets the certificate", TlsBed.with(CertificateKeys.P_256), bed -> {
            for (String name :
                    List.of("localhost", "other.example", "a_b.example", "localhost.", "-a.example", "::1")) {
                bed.handshake("TLSv1.3", name);
                bed.handshake("TLSv1.2", name);
            }
        });
        list.must("HTTP in clear gets no answer", TlsBed.with(CertificateKeys.P_256), bed -> {
            try (Socket socket = bed.connectInClear()) {
                String last = TestBed.request("GET", JWKS, "Connection: close");
                socket.getOutputStream().write(last.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                Expect.holds(!answer.contains("HTTP"), "HTTP in clear is answered: " + RawHttp.abbreviate(answer));
            } catch (SocketException e) {
                // A reset says as much.
            }
            Expect.that(bed.getJwks()).status(200);
        });
    }

    private static void goesOn(TlsBed bed, int version, int... suites) throws IOException {
        int answer = answer(bed, ClientHello.of(version, suites));
        Expect.equal(hello(version, suites) + "; the type of the answer", ClientHello.HANDSHAKE, answer);
    }

    private static void refuses(TlsBed bed, int version, int... suites) throws IOException {
        int answer = answer(bed, ClientHello.of(version, suites));
        Expect.holds(answer != ClientHello.HANDSHAKE, hello(version, suites) + "; the gateway shakes hands");
    }

    private static String hello(int version, int... suites) {
        return "sent a hello of version %#06x with %d suites from %#06x on"
                .formatted(version, suites.length, suites[0]);
    }

    /** The type of the record that answers, or -1 for a close. */
    private static int answer(TlsBed bed, byte[] hello) throws IOException {
        try (Socket socket = bed.connectInClear()) {
            socket.getOutputStream().write(hello);
            return socket.getInputStream().read();
        } catch (SocketException e) {
            return -1;
        }
    }

    private static void answers(CheckList list) {
        Map<String, Integer> requests = new LinkedHashMap<>();
        requests.put(GET, 200);
        requests.put(TestBed.request("HEAD", ApiServerStandIn.DISCOVERY_PATH), 200);
        requests.put(TestBed.request("GET", JWKS, "If-None-Match: *"), 304);
        requests.put(TestBed.request("GET", "/healthz"), 200);
        requests.put(TestBed.request("GET", "/other"), 404);
        requests.put(TestBed.request("POST", JWKS), 405);
        requests.put("GET " + JWKS + " HTTP/1.1\r\n\r\n", 400);
        requests.put(TestBed.request("GET", "/" + "a".repeat(9000)), 414);
        requests.put(TestBed.request("GET", JWKS, "Expect: miracle"), 417);
        requests.put(TestBed.request("GET", JWKS, "X: " + "a".repeat(9000)), 431);
        requests.put("GET " + JWKS + " HTTP/9.9\r\nHost: x\r\n\r\n", 505);
        list.must("every answer carries " + TRANSPORT, TlsBed.with(CertificateKeys.P_256), bed -> {
            requests.forEach((request, status) ->
                    Expect.that(bed.exchange(request)).status(status).field(TRANSPORT, "max-age=31536000"));
        });
        list.must(
                "a document's fields are those of 1.1 and " + TRANSPORT,
                TlsBed.with(CertificateKeys.P_256),
                bed -> Expect.that(bed.getJwks())
                        .status(200)
                        .onlyFields(HttpInterfaceChecks.promisedFields(bed.bed(), "Content-Type", "Content-Length")));
        list.must("without TLS no answer carries " + TRANSPORT, bed -> {
            requests.forEach((request, status) ->
                    Expect.that(bed.exchange(request)).status(status).noField(TRANSPORT));
        });
    }

    private static void changes(CheckList list) {
        list.must(
                "a changed pair is in use within 10 s for new connections, and an open one goes on",
                TlsBed.with(CertificateKeys.RSA),
                bed -> {
                    try (RawHttp open = bed.connect()) {
                        Expect.that(open.ask(GET)).status(200);
                        inUse(bed, bed.secret().pair(CertificateKeys.P_256));
                        inUse(bed, bed.secret().pair(CertificateKeys.RSA));
                        Expect.that(open.ask(GET)).status(200);
                    }
                });
        Map<String, BiFunction<TlsSecret.Pair, TlsSecret.Pair, TlsSecret.Pair>> broken = Map.of(
                "a certificate that is none", (next, other) -> new TlsSecret.Pair("junk", next.key()),
                "a key that is none", (next, other) -> new TlsSecret.Pair(next.chain(), "junk"),
                "a key of another certificate", (next, other) -> new TlsSecret.Pair(next.chain(), other.key()),
                "empty files", (next, other) -> new TlsSecret.Pair("", ""));
        broken.forEach((what, change) ->
                list.must(what + " keeps the old pair, with a WARN", TlsBed.with(CertificateKeys.P_256), bed -> {
                    TlsSecret.Pair good = bed.secret().pair(CertificateKeys.P_256);
                    inUse(bed, good);
                    TlsSecret.Pair bad = change.apply(
                            bed.secret().pair(CertificateKeys.P_256),
                            bed.secret().pair(CertificateKeys.P_256));
                    bed.secret().swap(bad.chain(), bad.key());
                    Await.until(
                            LATE,
                            "a WARN that names " + CERTIFICATE + " or " + KEY,
                            () -> bed.bed()
                                    .log("WARN")
                                    .anyMatch(line -> line.contains(CERTIFICATE) || line.contains(KEY)));
                    Expect.holds(bed.shows(good), what + ": the old pair is no longer in use");
                    inUse(bed, bed.secret().pair(CertificateKeys.P_256));
                }));
    }

    private static void inUse(TlsBed bed, TlsSecret.Pair pair) {
        bed.secret().swap(pair.chain(), pair.key());
        Await.until(IN_USE, "a new connection that is shown the new certificate", () -> bed.shows(pair));
    }

    private static void starts(CheckList list) {
        start(list, "a certificate that is none", CERTIFICATE, chain -> "junk", key -> key);
        start(list, "a broken certificate", CERTIFICATE, chain -> chain.replaceAll("(?m)^MI.*$", "AAAA"), key -> key);
        start(list, "no certificate's file", CERTIFICATE, chain -> "", key -> key);
        start(list, "a key that is none", KEY, chain -> chain, key -> "s3cret");
        start(list, "a broken key", KEY, chain -> chain, key -> key.replaceAll("(?m)^M.*$", "s3cret"));
        start(list, "no key's file", KEY, chain -> chain, key -> "");
        list.must("at the start a key of another certificate is refused", SECRET, secret -> {
            secret.swap(
                    secret.pair(CertificateKeys.P_256).chain(),
                    secret.pair(CertificateKeys.P_256).key());
            refused(list, secret, KEY);
            // 5: "all reported in one message"
            Map<String, String> alsoWrong = new HashMap<>(secret.environment());
            alsoWrong.put("CACHE_TTL_SECONDS", "-1");
            list.refused(alsoWrong).names(KEY, alsoWrong.get(KEY)).names("CACHE_TTL_SECONDS", "-1");
        });
    }

    /** Empty text stands for no file. */
    private static void start(
            CheckList list, String what, String variable, UnaryOperator<String> chain, UnaryOperator<String> key) {
        list.must("at the start " + what + " is refused", SECRET, secret -> {
            TlsSecret.Pair pair = secret.pair(CertificateKeys.P_256);
            String changedChain = chain.apply(pair.chain());
            String changedKey = key.apply(pair.key());
            secret.swap(changedChain.isEmpty() ? null : changedChain, changedKey.isEmpty() ? null : changedKey);
            refused(list, secret, variable);
        });
    }

    private static void refused(CheckList list, TlsSecret secret, String variable) {
        list.refused(secret.environment())
                .names(variable, secret.environment().getOrDefault(variable, ""))
                .hides("s3cret");
    }
}
