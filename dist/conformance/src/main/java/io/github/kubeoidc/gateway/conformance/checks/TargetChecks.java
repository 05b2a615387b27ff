// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.util.List;

/** 1.3: which targets count, and that nothing of a request reaches further. */
final class TargetChecks {

    private TargetChecks() {}

    static void checks(CheckList list) {
        for (RequestRow row : RequestTable.group("targets: case, and a slash at the end")) {
            list.in(row.section()).anywhere(row.name() + " is 404", bed -> bed.refuses(row.name(), row.statuses()));
        }
        for (RequestRow row : RequestTable.group("targets: encoded, doubled, dotted, with parameters")) {
            String shown = row.name().replace('\u00e9', '*');
            list.in(row.section()).must(shown + " is 404, or 400", bed -> {
                Expect.that(bed.get(row.name())).status(row.statuses());
                Expect.that(bed.head(row.name())).status(row.statuses());
            });
            // Beside the status, as it may be a servlet container that answers.
            list.in("1.4")
                    .must(
                            shown + " is refused in plain words",
                            bed -> Expect.that(bed.get(row.name())).plain());
        }
        HttpInterfaceChecks.DOCUMENTS.forEach((name, path) -> sameDocument(list.in("1.3"), name, path));
        absoluteForm(list.in("1.3"));
        list.in("1.3").must("nothing of a request reaches upstream", EVERY_REQUEST_FETCHES, bed -> {
            for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
                Expect.that(bed.get(
                                path + "?leak=query",
                                "X-Forwarded-For: leak",
                                "Forwarded: for=leak",
                                "Cookie: leak=1",
                                "Authorization: Bearer leak",
                                "Accept: application/leak",
                                "User-Agent: leak",
                                "If-None-Match: \"leak\"",
                                "X-Request-Id: leak",
                                "traceparent: " + LogTraceChecks.VALID,
                                "tracestate: leak=1",
                                "baggage: leak=1"))
                        .status(200);
            }
            String own = bed.upstream().token();
            for (UpstreamRequest request : bed.upstream().requests()) {
                Expect.holds(
                        !request.toString().replace(own, "").contains("leak"),
                        "a request with 'leak' in many places reached upstream as " + request);
                Expect.holds(
                        !request.toString().contains(LogTraceChecks.TRACE_ID),
                        "a traceparent reached upstream in " + request);
                Expect.equal("the request line", "GET " + request.path() + " HTTP/1.1", request.line());
                Expect.holds(
                        HttpInterfaceChecks.DOCUMENTS.containsValue(request.path()),
                        "upstream was asked «" + request.line() + "»");
                Expect.equal("upstream's Host", bed.upstream().baseUri().getAuthority(), request.field("Host"));
            }
        });
    }

    private static void sameDocument(CheckList list, String name, String path) {
        for (String query : List.of("?", "?a=b", "?/../x", "?%00", "?path=/other&x=%zz", "?a?b")) {
            list.anywhere(
                    "the query " + query + " is ignored for the " + name + " document",
                    bed -> bed.isDocument(path, bed.get(path + query)));
        }
        for (String field : List.of(
                "X-Forwarded-Host: other.example",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Prefix: /other",
                "Forwarded: host=other.example;proto=https",
                "X-Original-URL: /other",
                "X-Rewrite-URL: /other",
                "X-HTTP-Method-Override: DELETE",
                "Cookie: JSESSIONID=1",
                "Authorization: Bearer x",
                "traceparent: " + LogTraceChecks.VALID,
                "Origin: https://other.example")) {
            list.anywhere(field + " changes nothing of the " + name + " document", bed -> {
                RawResponse plain = bed.get(path);
                RawResponse response = bed.get(path, field);
                Expect.that(response)
                        .status(200)
                        .body(plain.text())
                        .demand(
                                response.fieldNames().equals(plain.fieldNames()),
                                "expected the fields " + plain.fieldNames());
            });
        }
        for (String host : List.of("other.example", "localhost:1", "[::1]:80", "127.0.0.1")) {
            list.must(
                    "Host: " + host + " changes nothing of the " + name + " document",
                    bed -> bed.isDocument(
                            path, bed.exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")));
        }
        list.must(
                "HTTP/1.0 without Host gets the " + name + " document",
                bed -> bed.isDocument(path, bed.exchange("GET " + path + " HTTP/1.0\r\n\r\n")));
    }

    private static void absoluteForm(CheckList list) {
        HttpInterfaceChecks.DOCUMENTS.forEach((name, path) -> {
            list.must(
                    "the absolute form counts by its path for the " + name + " document",
                    bed -> bed.isDocument(path, bed.get("http://any.example" + path)));
            list.must(
                    "the absolute form with port and query gets the " + name + " document",
                    bed -> bed.isDocument(path, bed.get("http://any.example:81" + path + "?a=b")));
            list.must(
                    "HEAD in absolute form gets the " + name + " document",
                    bed -> Expect.that(bed.head("http://any.example" + path))
                            .status(200)
                            .field("ETag", bed.get(path).require("ETag")));
        });
        list.should(
                "the absolute form with https counts by its path",
                bed -> Expect.that(bed.get("https://any.example" + ApiServerStandIn.JWKS_PATH))
                        .status(200));
        list.must(
                "another path in absolute form is 404", bed -> bed.refuses("http://any.example/openid/v1/jwks/", 404));
        list.must("the absolute form without a path is 404", bed -> bed.refuses("http://any.example", 404, 400));
    }
}
