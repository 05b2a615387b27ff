// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;

/** Faults of sections 2.5, 2.6, 10.1 and 10.2: what is published where, and whose. */
final class RelyingPartyMutants {

    private RelyingPartyMutants() {}

    static List<Mutant> all() {
        return List.of(
                mutant("publishes upstream's jwks_uri", "2\\.5|6\\.4 while")
                        .edit(
                                "PublishedMembers",
                                "reader.skipValue();\n                writer.value(jwksUri);",
                                "JsonCopy.value(reader, writer);"),
                mutant("takes the JWKS of any issuer", "2\\.6 (neither|while|stored documents of another)")
                        .entitled("2\\.6")
                        .edit(
                                "ExpectedIssuer",
                                "if (!expected.equals(issuer)) {",
                                "if (!expected.equals(issuer) && document.kind() == DocumentKind.DISCOVERY) {"),
                mutant("looks at a JWKS before the discovery document", "2\\.6 (while|neither)")
                        .entitled("2\\.6")
                        .edit(
                                "DocumentCache",
                                "config.expectedIssuer().isEmpty() ? source : besideDiscovery(source)",
                                "source"),
                mutant("compares issuers without their case", "2\\.6 the issuer")
                        .edit("ExpectedIssuer", "!expected.equals(issuer)", "!expected.equalsIgnoreCase(issuer)"),
                mutant("has the documents at the root all the same", "10\\.1")
                        .edit("GatewayServlet", "this.jwksPath = pathPrefix + ", "this.jwksPath = "),
                mutant("adds a member that upstream sent", "10\\.2 (DISC|where)")
                        .edit("PublishedMembers", "if (names.contains(name)) {", "if (false) {"));
    }
}
