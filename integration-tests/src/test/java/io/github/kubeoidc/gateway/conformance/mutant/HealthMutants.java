// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;

/** Faults of section 4: what health says, and what it costs. */
final class HealthMutants {

    private static final String PROBED = "attempt != null && now - attempt.endedAt < CachePolicy.PROBE_INTERVAL";

    private HealthMutants() {}

    static List<Mutant> all() {
        return List.of(
                mutant(
                                "health is always good",
                                "4\\.1 .*503|4\\.2 a (flood of probes on|hanging)|4\\.3 (beyond|with .* ever)")
                        .entitled("[1-7]")
                        .edit("GatewayServlet", "(healthy ? PlainText.OK", "(true ? PlainText.OK"),
                mutant(
                                "health is never good",
                                "1 (GET|HEAD) /(healthz|readyz)|4\\.2 (a flood of probes costs|a document|probes)|4\\.3 HEALTH")
                        .entitled("[1-7]")
                        .edit("GatewayServlet", "(healthy ? PlainText.OK", "(false ? PlainText.OK"),
                mutant("health asks nobody", "4\\.1 .* fetches and caches|4\\.2 a flood|4\\.3 with .* no longer")
                        .entitled("[1-7]")
                        .insertAfter(
                                "DocumentCache",
                                "public CompletableFuture<Boolean> check() {",
                                "if (true) return CompletableFuture.completedFuture(true);"),
                mutant("health looks at the JWKS only", "4\\.1 .*(fetches and caches|discovery document alone)")
                        .entitled("[1-7]")
                        .insertAfter(
                                "DocumentCache",
                                "public CompletableFuture<Boolean> check() {",
                                "if (true) return jwks.checkHealth();"),
                mutant(
                                "health looks at the discovery document only",
                                "4\\.1 .*(fetches and caches|JWKS alone|invalid|forbidden)")
                        .entitled("[1-7]")
                        .insertAfter(
                                "DocumentCache",
                                "public CompletableFuture<Boolean> check() {",
                                "if (true) return discovery.checkHealth();"),
                mutant("health is good while there is a document", "4\\.1 .*turns 503|4\\.3 beyond")
                        .edit(
                                "CachedDocument",
                                "CompletableFuture<Boolean> checkHealth() {",
                                "CompletableFuture<Boolean> checkHealth() { if (entry != null) { fetch(true); return HEALTHY; }"),
                mutant("each probe fetches", "4\\.2 (a flood|a document)")
                        .entitled("[34]")
                        .edit("CachePolicy", "PROBE_INTERVAL = Duration.ofSeconds(1).toNanos()", "PROBE_INTERVAL = 0"),
                mutant("a probe fetches at most every 5 s", "4\\.1 .*(again|turns)|3\\.4 a health")
                        .entitled("[1-7]")
                        .edit(
                                "CachePolicy",
                                "PROBE_INTERVAL = Duration.ofSeconds(1)",
                                "PROBE_INTERVAL = Duration.ofSeconds(5)"),
                mutant("/readyz tells nothing but that it runs", "4\\.1 /readyz")
                        .entitled("[1-7]")
                        .edit(
                                "GatewayServlet",
                                "if (isStopping(path)) {",
                                "if (path.equals(READYZ) && !shutdown.hasBegun()) { PlainText.OK.send(request, response); return; }\n        if (path.equals(READYZ)) {"),
                mutant("/healthz tells nothing but that it runs", "4\\.1 /healthz")
                        .entitled("[1-7]")
                        .edit(
                                "GatewayServlet",
                                "if (isStopping(path)) {",
                                "if (path.equals(HEALTHZ)) { PlainText.OK.send(request, response); return; }\n        if (isStopping(path)) {"),
                mutant("HEALTH_MAX_STALE_SECONDS means nothing", "4\\.3 HEALTH|4\\.3 .*at once")
                        .entitled("4")
                        .edit("CachePolicy", "config.healthMaxStale().toNanos()", "0"),
                mutant("HEALTH_MAX_STALE_SECONDS has no end", "4\\.3 beyond")
                        .edit(
                                "CachedDocument",
                                "known != null && now - known.fetchedAt <= policy.healthMaxStale()",
                                "known != null"),
                mutant("HEALTH_MAX_STALE_SECONDS begins before the first fetch", "4\\.3 with .* ever fetched")
                        .edit(
                                "CachedDocument",
                                "known != null && now - known.fetchedAt <= policy.healthMaxStale()",
                                "known == null || now - known.fetchedAt <= policy.healthMaxStale()"),
                mutant("with HEALTH_MAX_STALE_SECONDS health waits for upstream", "4\\.3 with .* answers at once")
                        .edit(
                                "CachedDocument",
                                "if (recent) {",
                                "if (recent && fetch != null) { return fetch.answer.thenApply(answer -> true); }\n        if (recent) {"),
                mutant("with HEALTH_MAX_STALE_SECONDS health fetches what is fresh", "4\\.3 with .* fetches nothing")
                        .edit("CachedDocument", "if (known != null && isFresh(known, now)) {", "if (false) {"),
                mutant(
                                "with HEALTH_MAX_STALE_SECONDS health fetches nothing",
                                "4\\.3 with .* health fetches what|4\\.3")
                        .edit("CachedDocument", "if (known != null && isFresh(known, now)) {", "if (known != null) {"));
    }
}
