// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import io.github.kubeoidc.gateway.standin.table.DocumentRow;
import io.github.kubeoidc.gateway.standin.table.DocumentTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** 2.1 and 2.3: what does not count as a document never replaces a good one. */
final class RefusedDocumentChecks {

    /** Above upstream's time-out in a {@link TestBed}, so that a fetch that hangs has ended. */
    private static final Duration LATE = Duration.ofSeconds(45);

    private RefusedDocumentChecks() {}

    static void checks(CheckList list) {
        answers(list.in("2.1"));
        exchanges(list.in("2.2"));
        documents(list.in("2.3"));
        cookies(list.in("2.1"));
        indentation(list.in("2.4"));
    }

    private static void answers(CheckList list) {
        for (int status : new int[] {201, 202, 203, 204, 206, 304, 400, 401, 403, 404, 406, 429, 500, 503}) {
            String body = status == 204 || status == 304
                    ? ""
                    : "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}";
            refused(
                    list,
                    "status " + status,
                    ApiServerStandIn::jwks,
                    document -> document.fail(Reply.status(status, body)));
        }
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            refused(
                    list,
                    "redirect " + status,
                    ApiServerStandIn::discovery,
                    document -> document.fail(Reply.redirect(status, document.path())));
        }
    }

    private static void exchanges(CheckList list) {
        Map<String, Function<byte[], Reply>> faults = Map.of(
                "body cut short",
                Reply::cutShort,
                "Content-Length too small",
                Reply::lengthTooSmall,
                "reset instead of an answer",
                document -> FaultyReply.reset(),
                "answer that is no HTTP",
                document -> Reply.garbage());
        faults.forEach((what, fault) ->
                refused(list, what, ApiServerStandIn::jwks, document -> document.fail(fault.apply(document.bytes()))));
    }

    private static void documents(CheckList list) {
        for (DocumentRow row : DocumentTable.refused()) {
            refused(
                    list,
                    row.name(),
                    row.first()::in,
                    document -> document.serve(row.first().bytes()));
        }
        refused(
                list,
                "document in a content coding",
                ApiServerStandIn::jwks,
                document -> document.fail(
                        FaultyReply.gzip(ConnectionChecks.largeKeySet(10).getBytes(StandardCharsets.US_ASCII))));
        DocumentTable.accepted().forEach(row -> takes(list, row));
        list.must("a changed issuer is accepted, with a WARN", EVERY_REQUEST_FETCHES, bed -> {
            Expect.that(bed.getDiscovery()).status(200);
            bed.discovery().serve("{\"issuer\":\"https://new.example\",\"jwks_uri\":\"https://new.example/jwks\"}");
            Await.until(
                    LATE,
                    "the new issuer to be served",
                    () -> bed.getDiscovery().text().contains("https://new.example"));
            bed.awaitLog(LATE, "WARN", "https://new.example");
        });
    }

    private static void indentation(CheckList list) {
        String deep = "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/jwks\",\"x\":"
                + "[".repeat(63) + "0" + ",0".repeat(200_000) + "]".repeat(63) + "}";
        list.should(
                "a document that indentation makes sixty times as large is sent as upstream sent it",
                Map.of(),
                upstream -> upstream.discovery().serve(deep),
                bed -> Expect.that(bed.getDiscovery()).status(200).body(deep));
    }

    private static void cookies(CheckList list) {
        list.must("a cookie of upstream's is not sent back", EVERY_REQUEST_FETCHES, bed -> {
            byte[] document = bed.jwks().bytes();
            bed.jwks()
                    .fail(FaultyReply.exactly(
                            "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: " + document.length
                                    + "\r\n\r\n",
                            document));
            bed.prime();
            Expect.that(bed.getJwks()).status(200).noField("Set-Cookie");
            for (UpstreamRequest request : bed.upstream().requests()) {
                Expect.equal("Cookie", null, request.field("Cookie"));
            }
        });
    }

    /** Breaks a document that was good, and sees that the good one stays. */
    private static void refused(
            CheckList list,
            String what,
            Function<ApiServerStandIn, ServedDocument> which,
            Consumer<ServedDocument> fault) {
        list.mustInTurn("refused: " + what, bed -> {
            ServedDocument document = which.apply(bed.upstream());
            bed.prime();
            RawResponse good = bed.get(document.path());
            fault.accept(document);
            // At once, so that a document that was taken for a good one is what the failure tells of.
            Expect.that(bed.get(document.path())).status(200).body(good.text());
            bed.awaitLog(LATE, "WARN", document.path());
            Expect.that(bed.get(document.path())).status(200).body(good.text());
        });
    }

    /** Serves another document and sees that it comes through. */
    private static void takes(CheckList list, DocumentRow row) {
        DocumentRow.Form form = row.first();
        list.must(
                "accepted: " + row.name(),
                Map.of(),
                upstream -> form.in(upstream).serve(form.bytes()),
                bed -> {
                    RawResponse response = bed.get(form.path());
                    Expect.that(response)
                            .status(200)
                            .demand(
                                    Json.same(new String(form.bytes(), StandardCharsets.UTF_8), response.text()),
                                    "expected upstream's document");
                });
    }
}
