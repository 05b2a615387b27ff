// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of section 8: what TLS speaks, and which certificate it shows. */
final class TlsMutants {

    private static final String VERSIONS = "{\"TLSv1.2\", \"TLSv1.3\"}";

    private TlsMutants() {}

    static List<Mutant> all() {
        return Stream.of(spoken(), pairs()).flatMap(List::stream).toList();
    }

    private static List<Mutant> spoken() {
        return List.of(
                mutant("speaks TLS 1.3 alone", "8\\.1 (TLS|no CBC)")
                        .entitled("8")
                        .edit("TlsContexts", VERSIONS, "{\"TLSv1.3\"}"),
                mutant("speaks TLS 1.2 alone", "8\\.1 TLS")
                        .entitled("8")
                        .edit("TlsContexts", VERSIONS, "{\"TLSv1.2\"}"),
                mutant("takes CBC suites with TLS", "8\\.1 no CBC")
                        .edit(
                                "TlsContexts",
                                "\"TLS_ECDHE_.*_CHACHA20_.*\"",
                                "\"TLS_ECDHE_.*_CHACHA20_.*\", \"TLS_ECDHE_.*_CBC_.*\""),
                mutant("speaks no TLS where it says so", "8\\.1 HTTP in clear")
                        .entitled("8")
                        .edit(
                                "GatewayServer",
                                "connector.addFirstConnectionFactory(new TlsConnectionFactory(tls.factory()));",
                                ";"),
                mutant("never demands HTTPS over TLS", "8\\.1 (every|a document)")
                        .edit("FrontHandler", "response.getHeaders().put(STRICT_TRANSPORT);", ";"),
                mutant("demands HTTPS without TLS", "8\\.1 without TLS")
                        .entitled("1")
                        .edit("FrontHandler", "if (client.speaksTls()) {", "if (true) {"));
    }

    private static List<Mutant> pairs() {
        String context = "return chain == null || key == null ? null : new TlsContexts(chain, key);";
        return List.of(
                mutant("takes one of the two TLS files", "5 TLS_\\w+ alone")
                        .edit("GatewayConfig", "variables.together(\"TLS_CERT_FILE\", \"TLS_KEY_FILE\");", ""),
                mutant("starts without TLS where it cannot use its TLS files", "8\\.2 at the start")
                        .edit(
                                "GatewayServer",
                                context,
                                "try { " + context + " } catch (ConfigurationException e) { return null; }"),
                mutant("does not look at its TLS files for a minute", "8\\.2 a changed pair")
                        .entitled("8\\.2")
                        .edit("TlsFiles", "INTERVAL = Duration.ofSeconds(5)", "INTERVAL = Duration.ofSeconds(60)"),
                mutant("says nothing of TLS files that it cannot use", "8\\.2 .* keeps")
                        .edit(
                                "TlsFiles",
                                "} else if (!problems.isEmpty() && !problems.equals(before)) {",
                                "} else if (false) {"),
                mutant("takes a TLS key of another certificate", "8\\.2 .*key of another certificate")
                        .edit("TlsPair", "if (signature.verify(signed)) {", "signature.verify(signed); if (true) {"));
    }
}
