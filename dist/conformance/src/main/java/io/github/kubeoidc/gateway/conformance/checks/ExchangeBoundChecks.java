// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** 2.2: how long and how large an exchange with upstream may be. */
final class ExchangeBoundChecks {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final Map<String, String> ONE_SECOND = Map.of("UPSTREAM_TIMEOUT_SECONDS", "1");

    private ExchangeBoundChecks() {}

    static List<Check> checks(CheckList list) {
        time(list);
        size(list);
        return list.checks();
    }

    private static void time(CheckList list) {
        byte[] body = ConnectionChecks.largeKeySet(500).getBytes(StandardCharsets.US_ASCII);
        Map<String, Reply> slow = new LinkedHashMap<>();
        slow.put("before its answer", Reply.hang());
        slow.put("in the body", Reply.hangInBody(body));
        slow.put("at every byte", Reply.dribble(body));
        slow.forEach((what, reply) -> list.must(
                "2.2",
                "an exchange that is slow " + what + " ends after UPSTREAM_TIMEOUT_SECONDS and is closed",
                ONE_SECOND,
                upstream -> {
                    upstream.jwks().fail(reply);
                    upstream.discovery().fail(reply);
                },
                bed -> endsWithin(bed, Duration.ofSeconds(10))));
        list.must(
                "2.2",
                "a TLS handshake that hangs ends after UPSTREAM_TIMEOUT_SECONDS and is closed",
                ONE_SECOND,
                upstream -> upstream.hangHandshakes(true),
                bed -> endsWithin(bed, Duration.ofSeconds(10)));
        list.must(
                "2.2",
                "an exchange within UPSTREAM_TIMEOUT_SECONDS is waited for",
                Map.of(),
                upstream -> upstream.jwks().hold(),
                bed -> {
                    try (Concurrently together = new Concurrently()) {
                        var answer = together.start(bed::getJwks);
                        Await.whileHolds(
                                Duration.ofMillis(1500),
                                "a request waits for a missing document",
                                () -> !answer.isDone());
                        bed.upstream().jwks().release();
                        Expect.that(Concurrently.result(answer)).status(200);
                    }
                });
    }

    /** The bound leaves room for a first handshake on a busy machine; what it excludes has no end at all. */
    private static void endsWithin(TestBed bed, Duration bound) {
        Duration time = Concurrently.time(() -> Expect.that(bed.getJwks()).status(502));
        Expect.holds(time.compareTo(bound) < 0, "upstream is slow; 502 came after " + time.toMillis() + " ms");
        Await.until(
                Duration.ofSeconds(30),
                "the connection to upstream to be closed after the time-out",
                () -> bed.upstream().openConnections() == 0);
    }

    private static void size(CheckList list) {
        list.must(
                "2.2",
                "a document of exactly 1 MiB is accepted",
                Map.of("PRETTY_PRINT_JSON", "false"),
                upstream -> upstream.jwks().serve(keySetOf(MEBIBYTE)),
                bed -> Expect.that(bed.getJwks()).status(200).field("Content-Length", Integer.toString(MEBIBYTE)));
        list.must(
                "2.2",
                "a document of 1 MiB and a byte is refused",
                Map.of(),
                upstream -> upstream.jwks().serve(keySetOf(MEBIBYTE + 1)),
                bed -> Expect.that(bed.getJwks()).status(502));
        list.must(
                "2.2",
                "a chunked document of 1 MiB and a byte is refused",
                Map.of(),
                upstream -> upstream.jwks()
                        .fail(Reply.chunked(keySetOf(MEBIBYTE + 1).getBytes(StandardCharsets.US_ASCII))),
                bed -> Expect.that(bed.getJwks()).status(502));
        list.must(
                "2.2",
                "a document without an end is refused at once and closed",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "300"),
                upstream -> {
                    upstream.jwks().fail(Reply.endless());
                    upstream.discovery().fail(Reply.endless());
                },
                bed -> endsWithin(bed, Duration.ofSeconds(40)));
        list.must(
                "2.2",
                "a chunked document is accepted",
                Map.of(),
                upstream -> upstream.jwks().fail(Reply.chunked(upstream.jwks().bytes())),
                bed -> Expect.that(bed.getJwks()).status(200));
    }

    private static String keySetOf(int bytes) {
        return ConnectionChecks.largeKeySet(
                bytes - ConnectionChecks.largeKeySet(0).length());
    }
}
