// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.nio.file.Files;
import java.util.stream.Stream;

/** CONTRACT 11, what {@code check} tells of a workload's token. */
class BrokenTokenTest extends BrokenSetUp {
    @Override
    Stream<Row> rows() {
        return Stream.of(
                new Row("another kid", """
                        FAIL  workload token kid: two is not among the served keys;\s
                        warn  workload token signature: not looked at, as its key is not there""", () -> workload("two", KEY, 600, 0)),
                new Row(
                        "expired",
                        "FAIL  workload token exp: ..is past; make a new token",
                        () -> workload("one", KEY, -60, 0)),
                new Row(
                        "not yet valid",
                        "FAIL  workload token nbf: ..is to come; compare the clocks",
                        () -> workload("one", KEY, 600, 300)),
                new Row(
                        "no JWT",
                        "FAIL  workload token file: ../workload holds no JSON Web Token",
                        () -> Files.writeString(workloadToken(), "secret-secret")),
                new Row(
                        "a name in crit that is no text",
                        "FAIL  workload token signature: is not by the served key one; ",
                        () -> Files.writeString(
                                workloadToken(),
                                Tokens.withHeader("{\"alg\":\"RS256\",\"kid\":\"one\",\"crit\":[5]}"))),
                new Row(
                        "another KEY, the same kid",
                        "FAIL  workload token signature: is not by the served key one; ",
                        () -> workload("one", OTHER_KEY, 600, 0)));
    }
}
