// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.nio.file.Files;
import java.util.stream.Stream;

/** CONTRACT 11, what {@code check} tells of a workload's token. */
class BrokenTokenTest extends BrokenSetUp {
    @Override
    Stream<Row> rows() {
        return Stream.of(
                new Row(() -> workload("two", KEY, 600, 0), """
                        another kid
                        FAIL  workload token kid: two is not among the served keys;\s
                        warn  workload token signature: not looked at, as its key is not there"""),
                new Row(() -> workload("one", KEY, -60, 0), """
                        expired
                        FAIL  workload token exp: ..is past; make a new token"""),
                new Row(() -> workload("one", KEY, 600, 300), """
                        not yet valid
                        FAIL  workload token nbf: ..is to come; compare the clocks"""),
                new Row(() -> Files.writeString(workloadToken(), "secret-secret"), """
                        no JWT
                        FAIL  workload token file: ../workload holds no JSON Web Token"""),
                new Row(
                        () -> Files.writeString(
                                workloadToken(), Tokens.withHeader("{\"alg\":\"RS256\",\"kid\":\"one\",\"crit\":[5]}")),
                        """
                        a name in crit that is no text
                        FAIL  workload token signature: its header has crit, [5]; verifiers refuse"""),
                new Row(
                        () -> Files.writeString(
                                workloadToken(),
                                Tokens.withHeader(
                                        "{\"alg\":\"RS256\",\"kid\":\"one\",\"crit\":[\"b64\"],\"b64\":true}")),
                        """
                        a name in crit that few verifiers know
                        FAIL  workload token signature: its header has crit, [b64]; verifiers refuse"""),
                new Row(() -> workload("one", OTHER_KEY, 600, 0), """
                        another KEY, the same kid
                        FAIL  workload token signature: is not by the served key one;\s"""));
    }
}
