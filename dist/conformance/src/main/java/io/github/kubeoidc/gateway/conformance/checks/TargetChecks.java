// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** 1.3: which targets count, and that nothing of a request reaches further. */
final class TargetChecks {

    private TargetChecks() {}

    static List<Check> checks(CheckList list) {
        for (RequestRow row : RequestTable.group("targets: case, and a slash at the end")) {
            list.anywhere(
                    row.section(),
                    row.name() + " is 404",
                    bed -> Expect.that(bed.get(row.name()))
                            .status(row.statuses())
                            .plain());
        }
        for (RequestRow row : RequestTable.group("targets: encoded, doubled, dotted, with parameters")) {
            String shown = row.name().replace('\u00e9', '*');
            list.must(row.section(), shown + " is 404, or 400", bed -> {
                Expect.that(bed.get(row.name())).status(row.statuses());
                Expect.that(bed.head(row.name())).status(row.statuses());
            });
            // Beside the status, as it may be a servlet container that answers.
            list.must(
                    "1.4",
                    shown + " is refused in plain words",
                    bed -> Expect.that(bed.get(row.name())).plain());
        }
        HttpInterfaceChecks.DOCUMENTS.forEach((name, path) -> sameDocument(list, name, path));
        absoluteForm(list);
        list.must("1.3", "nothing of a request reaches upstream", Map.of("CACHE_TTL_SECONDS", "0"), bed -> {
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
                Expect.holds(
                        Set.of(
                                        "GET " + ApiServerStandIn.JWKS_PATH + " HTTP/1.1",
                                        "GET " + ApiServerStandIn.DISCOVERY_PATH + " HTTP/1.1")
                                .contains(request.line()),
                        "upstream was asked «" + request.line() + "»");
                Expect.equal("upstream's Host", bed.upstream().baseUri().getAuthority(), request.field("Host"));
            }
        });
        return list.checks();
    }

    private static void sameDocument(CheckList list, String name, String path) {
        for (String query : List.of("?", "?a=b", "?/../x", "?%00", "?path=/other&x=%zz", "?a?b")) {
            list.anywhere(
                    "1.3",
                    "the query " + query + " is ignored for the " + name + " document",
                    bed -> Expect.that(bed.get(path + query))
                            .status(200)
                            .body(bed.get(path).text()));
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
            list.anywhere("1.3", field + " changes nothing of the " + name + " document", bed -> {
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
                    "1.3",
                    "Host: " + host + " changes nothing of the " + name + " document",
                    bed -> Expect.that(bed.exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                            .status(200)
                            .body(bed.get(path).text()));
        }
        list.must(
                "1.3",
                "HTTP/1.0 without Host gets the " + name + " document",
                bed -> Expect.that(bed.exchange("GET " + path + " HTTP/1.0\r\n\r\n"))
                        .status(200)
                        .body(bed.get(path).text()));
    }

    private static void absoluteForm(CheckList list) {
        HttpInterfaceChecks.DOCUMENTS.forEach((name, path) -> {
            list.must(
                    "1.3",
                    "the absolute form counts by its path for the " + name + " document",
                    bed -> Expect.that(bed.get("http://any.example" + path))
                            .status(200)
                            .body(bed.get(path).text()));
            list.must(
                    "1.3",
                    "the absolute form with port and query gets the " + name + " document",
                    bed -> Expect.that(bed.get("http://any.example:81" + path + "?a=b"))
                            .status(200)
                            .body(bed.get(path).text()));
            list.must(
                    "1.3",
                    "HEAD in absolute form gets the " + name + " document",
                    bed -> Expect.that(bed.head("http://any.example" + path))
                            .status(200)
                            .field("ETag", bed.get(path).require("ETag")));
        });
        list.should(
                "1.3",
                "the absolute form with https counts by its path",
                bed -> Expect.that(bed.get("https://any.example" + ApiServerStandIn.JWKS_PATH))
                        .status(200));
        list.must(
                "1.3",
                "another path in absolute form is 404",
                bed -> Expect.that(bed.get("http://any.example/openid/v1/jwks/"))
                        .status(404)
                        .plain());
        list.must(
                "1.3",
                "the absolute form without a path is 404",
                bed -> Expect.that(bed.get("http://any.example"))
                        .status(404, 400)
                        .plain());
    }
}
