// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateAuthority;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** 3.9: the token and CA files change while the gateway runs. */
final class CredentialChecks {

    private static final Map<String, String> EVERY_REQUEST_FETCHES = Map.of("CACHE_TTL_SECONDS", "0");
    private static final Duration LATE = Duration.ofSeconds(60);

    private CredentialChecks() {}

    static List<Check> checks(CheckList list) {
        rotation(list);
        unusableFiles(list);
        lateFiles(list);
        blockingFiles(list);
        return list.checks();
    }

    private static void rotation(CheckList list) {
        list.must("3.9", "a rotated token is used for the next fetch", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            bed.upstream().files().rotateToken(bed.upstream().replaceToken());
            nextFetchSucceeds(bed);
        });
        list.must("3.9", "a rotated CA is used for the next fetch", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            bed.upstream().files().rotateCaCert(bed.upstream().replaceAuthority());
            nextFetchSucceeds(bed);
        });
        list.must("3.9", "one of several CA certificates is enough", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            String old = bed.upstream().caCert();
            bed.upstream().files().rotateCaCert(old + "\n" + bed.upstream().replaceAuthority());
            nextFetchSucceeds(bed);
        });
        list.must("3.9", "a changed CA replaces the connections", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            int connections = bed.upstream().connections();
            String another = new CertificateAuthority().pem();
            bed.upstream().files().rotateCaCert(another + bed.upstream().caCert());
            nextFetchSucceeds(bed);
            Expect.holds(
                    bed.upstream().connections() > connections,
                    "the CA file changed; upstream was asked on an old connection");
        });
        list.must("3.9", "a CA that has been withdrawn is no longer trusted", EVERY_REQUEST_FETCHES, bed -> {
            RawResponse good = bed.prime();
            bed.upstream().files().rotateCaCert(new CertificateAuthority().pem());
            bed.upstream().jwks().serve(ConnectionChecks.largeKeySet(10));
            int requests = bed.upstream().requests().size();
            for (int i = 0; i < 5; i++) {
                Expect.that(bed.getJwks()).status(200).body(good.text());
            }
            Expect.equal(
                    "the number of requests under the withdrawn CA",
                    requests,
                    bed.upstream().requests().size());
        });
        list.must("3.9", "a 401 is not repeated at once and costs about a second", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            String next = bed.upstream().replaceToken();
            int before = bed.upstream().jwks().fetches();
            long start = System.nanoTime();
            SharedFetchChecks.untilAskedAgain(bed);
            bed.getJwks();
            int fetches = bed.upstream().jwks().fetches() - before;
            // The pause is 0.8 s at least. It may be over where the machine stalls.
            double seconds = (System.nanoTime() - start) / 1e9;
            Expect.holds(
                    fetches <= 1 + (int) (seconds / 0.8), fetches + " fetches within " + seconds + " s after a 401");
            bed.upstream().files().rotateToken(next);
            bed.upstream().jwks().serve(ConnectionChecks.largeKeySet(10));
            Await.until(
                    Duration.ofSeconds(15),
                    "the new token to be used",
                    () -> bed.getJwks().text().length() < 200);
        });
        list.must(
                "3.9",
                "a line end behind the token is not sent",
                EVERY_REQUEST_FETCHES,
                // From the start, as the last good one would do later.
                upstream -> upstream.files().rotateToken(upstream.token() + "\n"),
                bed -> Expect.that(bed.getJwks()).status(200));
    }

    private static void unusableFiles(CheckList list) {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("missing", "");
        tokens.put("empty", "");
        tokens.put("blank", " \n\t\n");
        tokens.put("malformed, with a line end inside", "abc\ndef");
        tokens.put("malformed, with bytes beyond ASCII", "abc\u00e9\u20ac");
        tokens.forEach((what, content) -> list.must(
                "3.9",
                "a token that is " + what + " keeps the last good one, with a warning",
                EVERY_REQUEST_FETCHES,
                bed -> {
                    bed.prime();
                    bed.upstream().files().rotateToken(what.equals("missing") ? null : content);
                    nextFetchSucceeds(bed);
                    warnsOf(bed, "SA_TOKEN_PATH");
                }));
        Map<String, String> certificates = new LinkedHashMap<>();
        certificates.put("missing", "");
        certificates.put("empty", "");
        certificates.put("no PEM", "not a certificate");
        certificates.put("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        certificates.forEach((what, content) -> list.must(
                "3.9",
                "a CA file that is " + what + " keeps the last good one, with a warning",
                EVERY_REQUEST_FETCHES,
                bed -> {
                    bed.prime();
                    bed.upstream().files().rotateCaCert(what.equals("missing") ? null : content);
                    nextFetchSucceeds(bed);
                    warnsOf(bed, "SA_CA_CERT_PATH");
                }));
    }

    private static void lateFiles(CheckList list) {
        list.must(
                "3.9",
                "without a token documents are 502 and health 503, until it appears",
                Map.of(),
                upstream -> upstream.files().rotateToken(null),
                bed -> worksOnce(
                        bed,
                        "SA_TOKEN_PATH",
                        () -> bed.upstream().files().rotateToken(bed.upstream().token())));
        list.must(
                "3.9",
                "without a CA documents are 502 and health 503, until it appears",
                Map.of(),
                upstream -> upstream.files().rotateCaCert(null),
                bed -> worksOnce(
                        bed,
                        "SA_CA_CERT_PATH",
                        () -> bed.upstream().files().rotateCaCert(bed.upstream().caCert())));
        list.must(
                "3.9",
                "a malformed token at the start is not sent",
                Map.of(),
                upstream -> upstream.files().rotateToken("abc\r\nX-Injected: 1"),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    Expect.equal("what upstream saw", List.of(), bed.upstream().requests());
                });
    }

    /** A FIFO that nobody writes to blocks the thread that opens it, as does a mount whose server is gone. */
    private static void blockingFiles(CheckList list) {
        list.must("3.9", "a token that blocks its reader keeps the last good one", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            long threads = bed.gateway().threads();
            bed.upstream().files().rotateTokenToFifo();
            for (int size = 10; size < 30; size++) {
                String next = ConnectionChecks.largeKeySet(size);
                bed.upstream().jwks().serve(next);
                Await.until(
                        LATE,
                        "the JWKS that was served after the token was replaced by a FIFO",
                        () -> Json.same(next, bed.getJwks().text()));
            }
            long more = bed.gateway().threads() - threads;
            Expect.holds(more < 15, "20 fetches with a token that blocks its reader cost " + more + " threads");
        });
        list.must(
                "3.9",
                "a token that blocks its reader at the start holds up no answer and no stop",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "2"),
                upstream -> upstream.files().rotateTokenToFifo(),
                bed -> {
                    Expect.that(bed.get("/other")).status(404);
                    Expect.that(bed.getJwks()).status(502);
                    Expect.that(bed.get("/readyz")).status(503);
                    bed.gateway().terminate();
                    Expect.equal("the exit status", 0, bed.gateway().awaitExit(LATE));
                });
    }

    private static void worksOnce(TestBed bed, String variable, Runnable appears) {
        Await.until(LATE, "a WARN at the start that names " + variable + " or its file", () -> names(bed, variable));
        Expect.that(bed.getJwks()).status(502);
        Expect.that(bed.getDiscovery()).status(502);
        Expect.that(bed.get("/healthz")).status(503);
        Expect.that(bed.get("/readyz")).status(503);
        Expect.equal("what upstream saw", List.of(), bed.upstream().requests());
        appears.run();
        Await.until(
                LATE, "the JWKS, once the file is there", () -> bed.getJwks().status() == 200);
        Await.until(
                LATE, "health, once the file is there", () -> bed.get("/readyz").status() == 200);
    }

    private static void nextFetchSucceeds(TestBed bed) {
        String next = ConnectionChecks.largeKeySet(10);
        bed.upstream().jwks().serve(next);
        Await.until(LATE, "the JWKS that was served after the change of a file", () -> {
            boolean served = Json.same(next, bed.getJwks().text());
            Expect.holds(
                    bed.gateway().log().stream()
                            .noneMatch(line -> line.contains("WARN") && line.contains(ApiServerStandIn.JWKS_PATH)),
                    "a fetch failed after the change of a file: "
                            + bed.gateway().log());
            return served;
        });
    }

    private static void warnsOf(TestBed bed, String variable) {
        Await.until(LATE, "a WARN that names the path in " + variable, () -> names(bed, variable));
    }

    private static boolean names(TestBed bed, String variable) {
        String path = Objects.requireNonNull(bed.upstream().environment().get(variable));
        return bed.gateway().log().stream().anyMatch(line -> line.contains("WARN") && line.contains(path));
    }
}
