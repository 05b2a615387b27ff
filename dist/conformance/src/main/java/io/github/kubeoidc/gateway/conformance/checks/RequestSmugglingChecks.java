// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.util.List;

/** 1.8: what smugglers use, and lenient parsers forgive. */
final class RequestSmugglingChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);

    private RequestSmugglingChecks() {}

    static List<Check> checks(CheckList list) {
        for (RequestRow row : RequestTable.group("requests: what smugglers use")) {
            list.must(row.section(), row.name() + " is 400, and the connection closed", bed -> {
                try (RawHttp http = bed.connect()) {
                    // What follows must not be taken for a second request.
                    http.send(row.request() + TestBed.request("GET", "/healthz"));
                    Expect.that(http.read()).status(row.statuses()).plain();
                    http.ended();
                }
            });
        }
        for (RequestRow row : RequestTable.group("requests: what RFC 9112 lets a recipient forgive")) {
            list.should(
                    row.section(),
                    row.name() + " is 400",
                    bed -> Expect.that(bed.exchange(row.request()))
                            .status(400, 505)
                            .plain());
        }
        list.should("1.8", "chunked in HTTP/1.0 ends the connection", bed -> {
            try (RawHttp http = bed.connect()) {
                http.send("POST " + JWKS + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET);
                Expect.that(http.read()).status(400, 405);
                http.ended();
            }
        });
        return list.checks();
    }
}
