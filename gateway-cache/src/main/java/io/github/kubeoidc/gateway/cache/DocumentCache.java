// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentMembers;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.DocumentState;
import io.github.kubeoidc.gateway.api.Documents;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.Health;
import io.github.kubeoidc.gateway.api.PublishedKeys;
import io.github.kubeoidc.gateway.api.Renderer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last good representation of both documents, and decides when upstream is asked. A fresh document is served from
 * memory with a volatile read. Concurrent requests share one fetch. A failed fetch never takes a good document away: it is
 * served stale, whatever its age, and upstream is left alone for a while.
 */
public final class DocumentCache implements Documents, DocumentState, Health {
    private final CachedDocument discovery;
    private final CachedDocument jwks;

    private volatile @Nullable HealthCheck newest;

    /**
     * Creates a cache of the documents that the store has, which count as stale.
     *
     * @param config gives the TTL, how documents are rendered, whose they have to be, and how old they may be for health
     * @param source is asked for documents
     * @param store keeps what is fetched; stays the caller's
     * @param ticker a monotonic clock in nanoseconds
     * @param scheduler ends the waits of requests
     * @param jitter a random number from 0 to less than 1
     * @param events is told of fetches, and of keys that change
     */
    public DocumentCache(
            GatewayConfig config,
            DocumentSource source,
            DocumentStore store,
            LongSupplier ticker,
            Scheduler scheduler,
            DoubleSupplier jitter,
            Events events) {
        CachePolicy policy = CachePolicy.of(config, jitter);
        DocumentLog log = new DocumentLog(ticker, config.jwksUri().orElse(null), events);
        String issuer = config.expectedIssuer().orElse(null);
        Upstream upstream = new Upstream(source, issuer, this::document, scheduler);
        // Apart from upstream's: what the store has does not say who upstream is now.
        ExpectedIssuer ofStore = new ExpectedIssuer(issuer);
        Fetcher fetcher = new Fetcher(policy, upstream, store, Renderer.of(config), ticker, scheduler, log);
        Function<DocumentKind, CachedDocument> load =
                kind -> new CachedDocument(kind, policy, upstream, fetcher, ticker, fetcher.load(kind, ofStore));
        // Discovery first: it tells whose the stored key set is.
        discovery = load.apply(DocumentKind.DISCOVERY);
        jwks = load.apply(DocumentKind.JWKS);
    }

    /**
     * Has both documents fetched without a request for them, so that a wrong setting is in the log at once and no client waits
     * for the first handshake. Does not block. One after the other: the second finds an open connection.
     */
    public void start() {
        discovery.get();
        discovery.fetchInFlight().whenComplete((done, failure) -> {
            // A request may have been quicker.
            if (jwks.isUntried()) {
                jwks.get();
            }
        });
    }

    @Override
    public CompletableFuture<Answer> get(DocumentKind kind) {
        return document(kind).get();
    }

    @Override
    public @Nullable Duration age(DocumentKind kind) {
        return document(kind).age();
    }

    @Override
    public @Nullable PublishedKeys keys() {
        byte[] body = jwks.body();
        return body == null ? null : DocumentMembers.keys(body);
    }

    private CachedDocument document(DocumentKind kind) {
        return kind == DocumentKind.DISCOVERY ? discovery : jwks;
    }

    @Override
    public CompletableFuture<Boolean> check() {
        if (!jwks.isUnknown()) {
            return checkBoth();
        }
        CompletableFuture<Boolean> first = discovery.checkHealth();
        CompletableFuture<?> firstFetch = discovery.fetchInFlight();
        if (firstFetch.isDone() || !jwks.isUnknown()) {
            return checkBoth();
        }
        // At a start one fetch after the other: the second then finds an open connection, and handshakes are
        // most of what a start costs.
        return shared(first, firstFetch, () -> {
            CompletableFuture<Boolean> second = firstFetch.thenCompose(done -> jwks.checkHealth());
            return first.thenCompose(healthy -> healthy ? second : first);
        });
    }

    private CompletableFuture<Boolean> checkBoth() {
        // In this order, as the fetch of the discovery document is to find that of the key set.
        CompletableFuture<Boolean> second = jwks.checkHealth();
        CompletableFuture<Boolean> first = discovery.checkHealth();
        return shared(first, second, () -> first.thenCombine(second, Boolean::logicalAnd));
    }

    /** Probes that wait for the same fetches share a check: a fetch would keep each check until it ends, though its probe has gone. */
    private CompletableFuture<Boolean> shared(
            CompletableFuture<?> first, CompletableFuture<?> second, Supplier<CompletableFuture<Boolean>> check) {
        HealthCheck known = newest;
        if (known == null || known.first != first || known.second != second) {
            known = new HealthCheck(first, second, check.get());
            newest = known;
        }
        return known.healthy;
    }

    private record HealthCheck(
            CompletableFuture<?> first, CompletableFuture<?> second, CompletableFuture<Boolean> healthy) {}
}
