// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import java.util.List;
import java.util.stream.Stream;

/** All gateways with a fault, and one without. */
final class Mutants {

    private Mutants() {}

    /** The slowest first, so that they are not what everybody waits for in the end. */
    static List<Mutant> all() {
        return Stream.of(
                        ConnectionMutants.all(),
                        UpstreamMutants.all(),
                        CacheMutants.all(),
                        StoredDocumentMutants.all(),
                        HealthMutants.all(),
                        LifeCycleMutants.all(),
                        TlsMutants.all(),
                        LogMutants.all(),
                        DocumentMutants.all(),
                        ConfigurationMutants.all(),
                        HttpMutants.all(),
                        TargetMutants.all(),
                        RelyingPartyMutants.all())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * The gateway as it is, built and hosted like the others: nobody may complain. At the cap nobody looks, as both ends of
     * 10,000 connections would be in this one process, and those of others.
     */
    static List<Mutant> none() {
        return Stream.of("1\\.7 (?!at a cap)", "2", "3", "4", "7", "8", "6", "5", "10", "1( |\\.[1-68])")
                .map(section -> Mutant.mutant("none, in section " + section, section))
                .toList();
    }
}
