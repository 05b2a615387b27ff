// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.http.ClientHello;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
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
    private static final String YEAR = "max-age=31536000";

    private static final String CERTIFICATE = "TLS_CERT_FILE";
    private static final String TTL = "CACHE_TTL_SECONDS";
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

    private TlsChecks() {}

    static List<Check> checks(CheckList list) {
        spoken(list);
        answers(list);
        changes(list);
        starts(list);
        return list.checks();
    }

    /** Looks at a gateway that speaks TLS. */
    @FunctionalInterface
    private interface Body {
        void run(TlsBed bed) throws Exception;
    }

    private static void must(CheckList list, String section, String sentence, CertificateKeys keys, Body body) {
        list.add(section, Check.Severity.MUST, sentence, () -> {
            try (TlsBed bed = TlsBed.start(list.delivery(), keys)) {
                body.run(bed);
            }
        });
    }

    /** What section 5 says of the two variables. */
    static List<Check> configuration(CheckList list) {
        for (String alone : List.of(CERTIFICATE, KEY)) {
            list.add("5", Check.Severity.MUST, alone + " alone is refused", () -> {
                try (TlsSecret secret = TlsSecret.temporary(CertificateKeys.P_256)) {
                    String path = secret.environment().getOrDefault(alone, "");
                    GatewayDidNotStart refusal = ConfigurationChecks.refused(list, Map.of(alone, path));
                    ConfigurationChecks.names(refusal, alone, alone.equals(KEY) ? CERTIFICATE : KEY);
                }
            });
        }
        return list.checks();
    }

    private static void spoken(CheckList list) {
        for (CertificateKeys keys : CertificateKeys.values()) {
            String certificate = " with a certificate of " + keys;
            must(list, "8.1", "TLS 1.2 and 1.3 are spoken and nothing older" + certificate, keys, bed -> {
                for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                    String http = bed.handshake(version);
                    Expect.holds(!http.equals("h2"), version + ": HTTP/2 is agreed on");
                }
                Expect.that(bed.exchange(GET)).status(200);
                goesOn(bed, ClientHello.TLS_1_2, MODERN);
                for (int older = ClientHello.TLS_1_1; older > ClientHello.TLS_1_1 - 3; older--) {
                    refuses(bed, older, CBC);
                    refuses(bed, older, MODERN);
                }
            });
            must(list, "8.1", "no CBC suite is taken" + certificate, keys, bed -> {
                goesOn(bed, ClientHello.TLS_1_2, MODERN);
                for (int suite : CBC) {
                    refuses(bed, ClientHello.TLS_1_2, suite);
                }
            });
        }
        must(list, "8.1", "HTTP in clear gets no answer", CertificateKeys.P_256, bed -> {
            try (Socket socket = bed.connectInClear()) {
                String last = TestBed.request("GET", JWKS, "Connection: close");
                socket.getOutputStream().write(last.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                Expect.holds(!answer.contains("HTTP"), "HTTP in clear is answered: " + RawHttp.abbreviate(answer));
            } catch (SocketException e) {
                // A reset says as much.
            }
            Expect.that(bed.exchange(GET)).status(200);
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
        must(list, "8.1", "every answer carries " + TRANSPORT, CertificateKeys.P_256, bed -> {
            for (Map.Entry<String, Integer> request : requests.entrySet()) {
                Expect.that(bed.exchange(request.getKey()))
                        .status(request.getValue())
                        .field(TRANSPORT, YEAR);
            }
        });
        must(list, "8.1", "a document's fields are those of 1.1 and " + TRANSPORT, CertificateKeys.P_256, bed -> {
            RawResponse document = bed.exchange(GET);
            Expect.that(document)
                    .status(200)
                    .onlyFields(
                            "Content-Type",
                            "Content-Length",
                            "Cache-Control",
                            "Date",
                            "Expires",
                            "ETag",
                            "X-Content-Type-Options",
                            "Access-Control-Allow-Origin",
                            TRANSPORT);
        });
        list.must("8.1", "without TLS no answer carries " + TRANSPORT, bed -> {
            for (Map.Entry<String, Integer> request : requests.entrySet()) {
                Expect.that(bed.exchange(request.getKey()))
                        .status(request.getValue())
                        .noField(TRANSPORT);
            }
        });
    }

    private static void changes(CheckList list) {
        must(
                list,
                "8.2",
                "a changed pair is in use within 10 s for new connections, and an open one goes on",
                CertificateKeys.RSA,
                bed -> {
                    try (RawHttp open = bed.connect()) {
                        open.send(GET);
                        Expect.that(open.read()).status(200);
                        inUse(bed, bed.secret().pair(CertificateKeys.P_256));
                        inUse(bed, bed.secret().pair(CertificateKeys.RSA));
                        open.send(GET);
                        Expect.that(open.read()).status(200);
                    }
                });
        Map<String, BiFunction<TlsSecret.Pair, TlsSecret.Pair, TlsSecret.Pair>> broken = new LinkedHashMap<>();
        broken.put("a certificate that is none", (next, other) -> new TlsSecret.Pair("junk", next.key()));
        broken.put("a key that is none", (next, other) -> new TlsSecret.Pair(next.chain(), "junk"));
        broken.put("a key of another certificate", (next, other) -> new TlsSecret.Pair(next.chain(), other.key()));
        broken.put("empty files", (next, other) -> new TlsSecret.Pair("", ""));
        broken.forEach((what, change) ->
                must(list, "8.2", what + " keeps the old pair, with a WARN", CertificateKeys.P_256, bed -> {
                    TlsSecret.Pair good = bed.secret().pair(CertificateKeys.P_256);
                    inUse(bed, good);
                    TlsSecret.Pair bad = change.apply(
                            bed.secret().pair(CertificateKeys.P_256),
                            bed.secret().pair(CertificateKeys.P_256));
                    bed.secret().swap(bad.chain(), bad.key());
                    Await.until(
                            LATE,
                            "a WARN that names " + CERTIFICATE + " or " + KEY,
                            () -> bed.gateway().log().stream()
                                    .anyMatch(line -> line.contains("WARN")
                                            && (line.contains(CERTIFICATE) || line.contains(KEY))));
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
        list.add("8.2", Check.Severity.MUST, "at the start a key of another certificate is refused", () -> {
            try (TlsSecret secret = TlsSecret.temporary(CertificateKeys.P_256)) {
                secret.swap(
                        secret.pair(CertificateKeys.P_256).chain(),
                        secret.pair(CertificateKeys.P_256).key());
                refused(list, secret, KEY);
                // 5: "all reported in one message"
                Map<String, String> alsoWrong = new HashMap<>(secret.environment());
                alsoWrong.put(TTL, "-1");
                GatewayDidNotStart refusal = ConfigurationChecks.refused(list, alsoWrong);
                ConfigurationChecks.names(refusal, KEY, alsoWrong.get(KEY));
                ConfigurationChecks.names(refusal, TTL, "-1");
            }
        });
    }

    /** Empty text stands for no file. */
    private static void start(
            CheckList list, String what, String variable, UnaryOperator<String> chain, UnaryOperator<String> key) {
        list.add("8.2", Check.Severity.MUST, "at the start " + what + " is refused", () -> {
            try (TlsSecret secret = TlsSecret.temporary(CertificateKeys.P_256)) {
                TlsSecret.Pair pair = secret.pair(CertificateKeys.P_256);
                String changedChain = chain.apply(pair.chain());
                String changedKey = key.apply(pair.key());
                secret.swap(changedChain.isEmpty() ? null : changedChain, changedKey.isEmpty() ? null : changedKey);
                refused(list, secret, variable);
            }
        });
    }

    private static void refused(CheckList list, TlsSecret secret, String variable) {
        GatewayDidNotStart refusal = ConfigurationChecks.refused(list, secret.environment());
        ConfigurationChecks.names(refusal, variable, secret.environment().getOrDefault(variable, ""));
        Expect.holds(!refusal.getMessage().contains("s3cret"), "a key is printed: " + refusal.getMessage());
    }
}
