// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;

/** 1.8: what smugglers use, and lenient parsers forgive. */
final class RequestSmugglingChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);

    private RequestSmugglingChecks() {}

    static void checks(CheckList list) {
        for (RequestRow row : RequestTable.group("requests: what smugglers use")) {
            list.in(row.section()).must(row.name() + " is 400, and the connection closed", TestBed.connected(http -> {
                // What follows must not be taken for a second request.
                Expect.that(http.ask(row.request() + TestBed.request("GET", "/healthz")))
                        .status(row.statuses())
                        .plain();
                http.ended();
            }));
        }
        for (RequestRow row : RequestTable.group("requests: what RFC 9112 lets a recipient forgive")) {
            list.in(row.section())
                    .should(
                            row.name() + " is 400",
                            bed -> Expect.that(bed.exchange(row.request()))
                                    .status(400, 505)
                                    .plain());
        }
        list.in("1.8").should("chunked in HTTP/1.0 ends the connection", TestBed.connected(http -> {
            Expect.that(http.ask("POST " + JWKS + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET))
                    .status(400, 405);
            http.ended();
        }));
    }
}
