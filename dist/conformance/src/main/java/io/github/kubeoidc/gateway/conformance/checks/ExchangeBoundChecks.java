// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** 2.2: how long and how large an exchange with upstream may be. */
final class ExchangeBoundChecks {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final Map<String, String> ONE_SECOND = Map.of("UPSTREAM_TIMEOUT_SECONDS", "1");

    private ExchangeBoundChecks() {}

    static void checks(CheckList list) {
        time(list);
        size(list);
    }

    private static void time(CheckList list) {
        byte[] body = ConnectionChecks.largeKeySet(500).getBytes(StandardCharsets.US_ASCII);
        Map<String, Reply> slow = Map.of(
                "before its answer", Reply.hang(),
                "in the body", Reply.hangInBody(body),
                "at every byte", Reply.dribble(body));
        slow.forEach((what, reply) -> list.must(
                "an exchange that is slow " + what + " ends after UPSTREAM_TIMEOUT_SECONDS and is closed",
                ONE_SECOND,
                upstream -> TestBed.failBoth(upstream, reply),
                bed -> endsWithin(bed, Duration.ofSeconds(10))));
        list.must(
                "a TLS handshake that hangs ends after UPSTREAM_TIMEOUT_SECONDS and is closed",
                ONE_SECOND,
                upstream -> upstream.hangHandshakes(true),
                bed -> endsWithin(bed, Duration.ofSeconds(10)));
        list.must(
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
                        bed.jwks().release();
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
                "a document of exactly 1 MiB is accepted",
                Map.of("PRETTY_PRINT_JSON", "false"),
                upstream -> upstream.jwks().serve(keySetOf(MEBIBYTE)),
                bed -> Expect.that(bed.getJwks()).status(200).field("Content-Length", Integer.toString(MEBIBYTE)));
        answered(list, "a document of 1 MiB and a byte is refused", jwks -> jwks.serve(keySetOf(MEBIBYTE + 1)), 502);
        byte[] tooLarge = keySetOf(MEBIBYTE + 1).getBytes(StandardCharsets.US_ASCII);
        answered(
                list,
                "a chunked document of 1 MiB and a byte is refused",
                jwks -> jwks.fail(Reply.chunked(tooLarge)),
                502);
        answered(list, "a chunked document is accepted", jwks -> jwks.fail(Reply.chunked(jwks.bytes())), 200);
        list.must(
                "a document without an end is refused at once and closed",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "300"),
                upstream -> TestBed.failBoth(upstream, Reply.endless()),
                bed -> endsWithin(bed, Duration.ofSeconds(40)));
    }

    private static void answered(CheckList list, String sentence, Consumer<ServedDocument> prepare, int status) {
        list.must(
                sentence,
                Map.of(),
                upstream -> prepare.accept(upstream.jwks()),
                bed -> Expect.that(bed.getJwks()).status(status));
    }

    private static String keySetOf(int bytes) {
        return ConnectionChecks.largeKeySet(
                bytes - ConnectionChecks.largeKeySet(0).length());
    }
}
