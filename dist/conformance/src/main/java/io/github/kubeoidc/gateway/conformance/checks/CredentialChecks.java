// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateAuthority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** 3.9: the token and CA files change while the gateway runs. */
final class CredentialChecks {

    private static final Duration LATE = Duration.ofSeconds(60);

    private CredentialChecks() {}

    static void checks(CheckList list) {
        rotation(list);
        unusableFiles(list);
        lateFiles(list);
        blockingFiles(list);
    }

    private static void rotation(CheckList list) {
        isUsed(
                list,
                "a rotated token is used for the next fetch",
                upstream -> upstream.files().rotateToken(upstream.replaceToken()));
        isUsed(
                list,
                "a rotated CA is used for the next fetch",
                upstream -> upstream.files().rotateCaCert(upstream.replaceAuthority()));
        isUsed(list, "one of several CA certificates is enough", upstream -> {
            String old = upstream.caCert();
            upstream.files().rotateCaCert(old + "\n" + upstream.replaceAuthority());
        });
        list.must("a changed CA replaces the connections", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            int connections = bed.upstream().connections();
            bed.upstream()
                    .files()
                    .rotateCaCert(
                            new CertificateAuthority().pem() + bed.upstream().caCert());
            nextFetchSucceeds(bed);
            Expect.holds(
                    bed.upstream().connections() > connections,
                    "the CA file changed; upstream was asked on an old connection");
        });
        list.must("a CA that has been withdrawn is no longer trusted", EVERY_REQUEST_FETCHES, bed -> {
            RawResponse good = bed.prime();
            bed.upstream().files().rotateCaCert(new CertificateAuthority().pem());
            bed.jwks().serve(ConnectionChecks.largeKeySet(10));
            int requests = bed.upstream().requests().size();
            bed.stillServes(good, 5);
            Expect.equal(
                    "the number of requests under the withdrawn CA",
                    requests,
                    bed.upstream().requests().size());
        });
        list.must("a 401 is not repeated at once and costs about a second", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            String next = bed.upstream().replaceToken();
            int before = bed.jwks().fetches();
            long start = System.nanoTime();
            SharedFetchChecks.untilAskedAgain(bed);
            bed.getJwks();
            int fetches = bed.jwks().fetches() - before;
            // The pause is 0.8 s at least. It may be over where the machine stalls.
            double seconds = Concurrently.secondsSince(start);
            Expect.holds(
                    fetches <= 1 + (int) (seconds / 0.8), fetches + " fetches within " + seconds + " s after a 401");
            bed.upstream().files().rotateToken(next);
            bed.changeJwks(Duration.ofSeconds(15), ConnectionChecks.largeKeySet(10));
        });
        list.must(
                "a line end behind the token is not sent",
                EVERY_REQUEST_FETCHES,
                // From the start, as the last good one would do later.
                upstream -> upstream.files().rotateToken(upstream.token() + "\n"),
                bed -> Expect.that(bed.getJwks()).status(200));
    }

    private static void isUsed(CheckList list, String sentence, Consumer<ApiServerStandIn> rotate) {
        list.must(sentence, EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            rotate.accept(bed.upstream());
            nextFetchSucceeds(bed);
        });
    }

    private static void unusableFiles(CheckList list) {
        token(list, "missing", null);
        token(list, "empty", "");
        token(list, "blank", " \n\t\n");
        token(list, "malformed, with a line end inside", "abc\ndef");
        token(list, "malformed, with bytes beyond ASCII", "abc\u00e9\u20ac");
        certificate(list, "missing", null);
        certificate(list, "empty", "");
        certificate(list, "no PEM", "not a certificate");
        certificate(list, "broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }

    private static void token(CheckList list, String what, @Nullable String content) {
        keepsTheLastGoodOne(
                list,
                "a token that is " + what,
                "SA_TOKEN_PATH",
                upstream -> upstream.files().rotateToken(content));
    }

    private static void certificate(CheckList list, String what, @Nullable String content) {
        keepsTheLastGoodOne(
                list,
                "a CA file that is " + what,
                "SA_CA_CERT_PATH",
                upstream -> upstream.files().rotateCaCert(content));
    }

    private static void keepsTheLastGoodOne(
            CheckList list, String what, String variable, Consumer<ApiServerStandIn> change) {
        list.must(what + " keeps the last good one, with a warning", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            change.accept(bed.upstream());
            nextFetchSucceeds(bed);
            warnsOf(bed, variable);
        });
    }

    private static void lateFiles(CheckList list) {
        worksOnceItAppears(
                list,
                "a token",
                "SA_TOKEN_PATH",
                upstream -> upstream.files().rotateToken(null),
                upstream -> upstream.files().rotateToken(upstream.token()));
        worksOnceItAppears(
                list,
                "a CA",
                "SA_CA_CERT_PATH",
                upstream -> upstream.files().rotateCaCert(null),
                upstream -> upstream.files().rotateCaCert(upstream.caCert()));
        list.must(
                "a malformed token at the start is not sent",
                Map.of(),
                upstream -> upstream.files().rotateToken("abc\r\nX-Injected: 1"),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    Expect.equal("what upstream saw", List.of(), bed.upstream().requests());
                });
    }

    private static void worksOnceItAppears(
            CheckList list,
            String what,
            String variable,
            Consumer<ApiServerStandIn> remove,
            Consumer<ApiServerStandIn> restore) {
        String sentence = "without " + what + " documents are 502 and health 503, until it appears";
        list.must(sentence, Map.of(), remove, bed -> {
            warnsOf(bed, variable);
            bed.documentsAre(502);
            bed.healthIs(503);
            Expect.equal("what upstream saw", List.of(), bed.upstream().requests());
            restore.accept(bed.upstream());
            bed.awaitStatus(LATE, ApiServerStandIn.JWKS_PATH, 200);
            bed.awaitStatus(LATE, "/readyz", 200);
        });
    }

    /** A FIFO that nobody writes to blocks the thread that opens it, as does a mount whose server is gone. */
    private static void blockingFiles(CheckList list) {
        list.must("a token that blocks its reader keeps the last good one", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            long threads = bed.gateway().threads();
            bed.upstream().files().rotateTokenToFifo();
            for (int size = 10; size < 30; size++) {
                bed.changeJwks(LATE, ConnectionChecks.largeKeySet(size));
            }
            long more = bed.gateway().threads() - threads;
            Expect.holds(more < 15, "20 fetches with a token that blocks its reader cost " + more + " threads");
        });
        list.must(
                "a token that blocks its reader at the start holds up no answer and no stop",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "2"),
                upstream -> upstream.files().rotateTokenToFifo(),
                bed -> {
                    Expect.that(bed.get("/other")).status(404);
                    Expect.that(bed.getJwks()).status(502);
                    Expect.that(bed.get("/readyz")).status(503);
                    bed.gateway().terminate();
                    bed.exits(LATE);
                });
    }

    private static void nextFetchSucceeds(TestBed bed) {
        String next = ConnectionChecks.largeKeySet(10);
        bed.jwks().serve(next);
        Await.until(LATE, "the JWKS that was served after the change of a file", () -> {
            boolean served = Json.same(next, bed.getJwks().text());
            bed.notLogged("WARN", ApiServerStandIn.JWKS_PATH);
            return served;
        });
    }

    private static void warnsOf(TestBed bed, String variable) {
        bed.awaitLog(
                LATE,
                "WARN",
                Objects.requireNonNull(bed.upstream().environment().get(variable)));
    }
}
