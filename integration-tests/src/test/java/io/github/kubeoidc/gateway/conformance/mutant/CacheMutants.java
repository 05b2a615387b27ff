// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of section 3, less 3.9: what is served from memory, who waits, and how often upstream is asked. */
final class CacheMutants {

    private CacheMutants() {}

    static List<Mutant> all() {
        return Stream.of(sharing(), staleness(), failures())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> sharing() {
        return List.of(
                mutant("fetches for each request", "3\\.[16]")
                        .entitled("[1-7]")
                        .edit("CachePolicy", "ttl > 0 && age <= ttl", "false"),
                mutant(
                                "fetches for each request at the same time",
                                "3\\.2 (200|100)|3\\.7 .*in flight|4\\.2 (probes|a hanging)")
                        .entitled("[1-7]")
                        .edit("CachedDocument", "if (inFlight != null) {", "if (false) {"),
                mutant("waits with a thread", "3\\.2 requests that wait")
                        .entitled("[1-7]")
                        .edit("GatewayServlet", "if (future.isDone()) {", "if (true) {"),
                mutant("waits for both documents", "3\\.2 a document that hangs")
                        .entitled("[1-7]")
                        .edit(
                                "DocumentCache",
                                "return document(kind).get();",
                                "CompletableFuture<Answer> other = (kind == DocumentKind.DISCOVERY ? jwks : discovery).get();"
                                        + " return (kind == DocumentKind.DISCOVERY ? discovery : jwks).get()"
                                        + ".thenCombine(other, (wanted, unused) -> wanted);"),
                mutant("answers each time with another document", "3\\.8 (repeated|simultaneous)")
                        .entitled("[1-3]")
                        .edit(
                                "DocumentResponse",
                                "Body.send(document.body(), request, response);",
                                "byte[] body = java.util.Arrays.copyOf(document.body(), document.body().length + 1);"
                                        + " body[body.length - 1] = (byte) (System.nanoTime() % 2 == 0 ? ' ' : '\\n');"
                                        + " Body.send(body, request, response);"),
                mutant("has another tag for each fetch", "3\\.8 the tag stays|1\\.1 .*ETag")
                        .entitled("3")
                        .edit(
                                "Renderer",
                                "'\"' + Sha256.hex(body) + '\"'",
                                "'\"' + Sha256.hex(body) + System.nanoTime() + '\"'"));
    }

    private static List<Mutant> staleness() {
        return List.of(
                mutant("waits for a hanging upstream for 3 s", "3\\.2 (a stale document|the fetch)|3\\.7 .*hanging")
                        .entitled("[36]")
                        .edit("CachePolicy", "Duration.ofMillis(300)", "Duration.ofSeconds(3)"),
                mutant("gives a fetch up with the patience", "3\\.2 the fetch")
                        .entitled("[2-6]")
                        .edit(
                                "SharedFetch",
                                "answerOrStale.complete(fallback);",
                                "givenUp = true; answerOrStale.complete(fallback);")
                        .edit(
                                "SharedFetch",
                                "private final Answer fallback;",
                                "private final Answer fallback; volatile boolean givenUp;")
                        .edit(
                                "CachedDocument",
                                "succeed(fetch, document);",
                                "if (fetch.givenUp && entry != null) fail(fetch, new IllegalStateException()); else succeed(fetch, document);"),
                mutant(
                                "forgets a document when a fetch fails",
                                "2\\.[12] refused: (status [234]04|redirect|body|Content|answer|reset)|3\\.3")
                        .entitled("[1-7]")
                        .edit("CachedDocument", "end(known, new", "end(null, new"),
                mutant("does not serve what is stale for 2 s", "3\\.3 .*age")
                        .entitled("[346]")
                        .edit(
                                "CachedDocument",
                                "known.hit : known.stale;",
                                "known.hit : ticker.getAsLong() - known.fetchedAt > 3_000_000_000L ? NOTHING : known.stale;"),
                mutant("refreshes no document behind a request", "3\\.5")
                        .entitled("3")
                        .edit(
                                "CachedDocument",
                                "if (policy.isRefreshDue(now - known.fetchedAt) && inFlight",
                                "if (false && inFlight"),
                mutant("refreshes from 20 % of the TTL on", "3\\.[56]")
                        .entitled("3")
                        .edit("CachePolicy", "REFRESH_AFTER = 0.8", "REFRESH_AFTER = 0.2"),
                mutant("is fresh for a second with a TTL of 0", "3\\.7 with a TTL of 0 every")
                        .entitled("[1-7]")
                        .edit("CachePolicy", "ttl > 0 && age <= ttl", "age <= Math.max(ttl, 1_000_000_000L)"));
    }

    private static List<Mutant> failures() {
        return List.of(
                mutant("does not remember failures", "3\\.4 (after|a hanging)|3\\.7 .*failures")
                        .entitled("[346]")
                        .edit("CachedDocument", "now - attempt.endedAt < attempt.pause", "false"),
                mutant("waits a second after each failure", "3\\.4 the while")
                        .entitled("3")
                        .edit("CachePolicy", "FIRST_PAUSE << doublings", "FIRST_PAUSE"),
                mutant("waits 30 s after a failure", "3\\.4 the while")
                        .entitled("[2-6]")
                        .edit("CachePolicy", "FIRST_PAUSE << doublings", "LONGEST_PAUSE"),
                mutant("lets a probe wait like a request", "3\\.4 a health")
                        .entitled("[346]")
                        .edit(
                                "CachedDocument",
                                "? attempt != null && now - attempt.endedAt < CachePolicy.PROBE_INTERVAL",
                                "? isPaused(now) || attempt != null && now - attempt.endedAt < CachePolicy.PROBE_INTERVAL"),
                mutant("remembers failures beyond a success", "3\\.4 a success|6\\.3 recovery")
                        .entitled("[36]")
                        .edit(
                                "CachedDocument",
                                "new Attempt(fetched.fetchedAt, 0, 0, false)",
                                "new Attempt(fetched.fetchedAt, last == null ? 0 : last.failures, 0, false)"),
                mutant("remembers one document's failure for both", "3\\.4 one document")
                        .entitled("[1-7]")
                        .edit(
                                "CachedDocument",
                                "private volatile @Nullable Attempt last;",
                                "private static volatile @Nullable Attempt last;"));
    }
}
