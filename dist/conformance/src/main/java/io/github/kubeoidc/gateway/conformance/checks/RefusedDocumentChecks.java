// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
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
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** 2.1 and 2.3: what does not count as a document never replaces a good one. */
final class RefusedDocumentChecks {

    private static final Map<String, String> EVERY_REQUEST_FETCHES = Map.of("CACHE_TTL_SECONDS", "0");

    /** Above upstream's time-out in a {@link TestBed}, so that a fetch that hangs has ended. */
    private static final Duration LATE = Duration.ofSeconds(45);

    private RefusedDocumentChecks() {}

    static List<Check> checks(CheckList list) {
        answers(list);
        documents(list);
        cookies(list);
        indentation(list);
        return list.checks();
    }

    private static void answers(CheckList list) {
        for (int status : new int[] {201, 202, 203, 204, 206, 304, 400, 401, 403, 404, 406, 429, 500, 503}) {
            refused(
                    list,
                    "2.1",
                    "status " + status,
                    ApiServerStandIn::jwks,
                    document -> document.fail(Reply.status(
                            status,
                            status == 204 || status == 304
                                    ? ""
                                    : "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}")));
        }
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            refused(
                    list,
                    "2.1",
                    "redirect " + status,
                    ApiServerStandIn::discovery,
                    document -> document.fail(Reply.redirect(status, document.path())));
        }
        refused(
                list,
                "2.2",
                "body cut short",
                ApiServerStandIn::jwks,
                document -> document.fail(Reply.cutShort(document.bytes())));
        refused(
                list,
                "2.2",
                "Content-Length too small",
                ApiServerStandIn::jwks,
                document -> document.fail(Reply.lengthTooSmall(document.bytes())));
        refused(
                list,
                "2.2",
                "reset instead of an answer",
                ApiServerStandIn::jwks,
                document -> document.fail(FaultyReply.reset()));
        refused(
                list,
                "2.2",
                "answer that is no HTTP",
                ApiServerStandIn::jwks,
                document -> document.fail(Reply.garbage()));
    }

    private static void documents(CheckList list) {
        for (DocumentRow row : DocumentTable.refused()) {
            refused(
                    list,
                    "2.3",
                    row.name(),
                    row.first()::in,
                    document -> document.serve(row.first().bytes()));
        }
        refused(
                list,
                "2.3",
                "document in a content coding",
                ApiServerStandIn::jwks,
                document -> document.fail(
                        FaultyReply.gzip(ConnectionChecks.largeKeySet(10).getBytes(StandardCharsets.US_ASCII))));
        DocumentTable.accepted().forEach(row -> takes(list, row));
        list.must("2.3", "a changed issuer is accepted, with a WARN", EVERY_REQUEST_FETCHES, bed -> {
            Expect.that(bed.getDiscovery()).status(200);
            bed.upstream()
                    .discovery()
                    .serve("{\"issuer\":\"https://new.example\",\"jwks_uri\":\"https://new.example/jwks\"}");
            Await.until(
                    LATE,
                    "the new issuer to be served",
                    () -> bed.getDiscovery().text().contains("https://new.example"));
            Await.until(
                    LATE,
                    "a WARN that names the new issuer",
                    () -> bed.gateway().log().stream()
                            .anyMatch(line -> line.contains("WARN") && line.contains("https://new.example")));
        });
    }

    private static void indentation(CheckList list) {
        String deep = "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/jwks\",\"x\":"
                + "[".repeat(63) + "0" + ",0".repeat(200_000) + "]".repeat(63) + "}";
        list.should(
                "2.4",
                "a document that indentation makes sixty times as large is sent as upstream sent it",
                Map.of(),
                upstream -> upstream.discovery().serve(deep),
                bed -> Expect.that(bed.getDiscovery()).status(200).body(deep));
    }

    private static void cookies(CheckList list) {
        list.must("2.1", "a cookie of upstream's is not sent back", EVERY_REQUEST_FETCHES, bed -> {
            byte[] document = bed.upstream().jwks().bytes();
            bed.upstream()
                    .jwks()
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
            String section,
            String what,
            Function<ApiServerStandIn, ServedDocument> which,
            Consumer<ServedDocument> fault) {
        list.must(section, "refused: " + what, EVERY_REQUEST_FETCHES, bed -> {
            ServedDocument document = which.apply(bed.upstream());
            bed.prime();
            RawResponse good = bed.get(document.path());
            Expect.that(good).status(200);
            fault.accept(document);
            // At once, so that a document that was taken for a good one is what the failure tells of.
            Expect.that(bed.get(document.path())).status(200).body(good.text());
            Await.until(
                    LATE,
                    "a WARN line for the refused " + document.path(),
                    () -> bed.gateway().log().stream()
                            .anyMatch(line -> line.contains("WARN") && line.contains(document.path())));
            Expect.that(bed.get(document.path())).status(200).body(good.text());
        });
    }

    /** Serves another document and sees that it comes through. */
    private static void takes(CheckList list, DocumentRow row) {
        DocumentRow.Form form = row.first();
        list.must(
                "2.3",
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
