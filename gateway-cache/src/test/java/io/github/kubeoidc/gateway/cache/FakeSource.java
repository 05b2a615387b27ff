// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An upstream that answers when the test says so, one fetch of a document at a time. */
final class FakeSource implements DocumentSource {
    private final Map<DocumentKind, Integer> asked = new EnumMap<>(DocumentKind.class);
    private final Map<DocumentKind, CompletableFuture<Document>> pending = new EnumMap<>(DocumentKind.class);

    private CacheModel.Upstream behaviour = CacheModel.Upstream.HANGS;
    private final Map<DocumentKind, Runnable> onFetch = new EnumMap<>(DocumentKind.class);
    private boolean overlapped;
    private int numbered;

    @Override
    public CompletableFuture<Document> fetch(DocumentKind kind) {
        CompletableFuture<Document> result = new CompletableFuture<>();
        asked.merge(kind, 1, Integer::sum);
        // The cache would take an assertion for a failed fetch.
        overlapped |= pending.put(kind, result) != null;
        onFetch.getOrDefault(kind, () -> {}).run();
        switch (behaviour) {
            case HANGS -> {}
            case ANSWERS -> succeed(kind);
            case FAILS -> fail(kind);
            case BREAKS -> {
                pending.remove(kind);
                throw new OutOfMemoryError("unable to create native thread");
            }
        }
        return result;
    }

    /** Says what becomes of a fetch as soon as it begins. At first nothing does. */
    void turn(CacheModel.Upstream next) {
        behaviour = next;
    }

    /** Answers with a document that is the number of those sent so. */
    void succeed(DocumentKind kind) {
        succeed(kind, Integer.toString(++numbered));
    }

    void assertOneAtATime() {
        assertThat(overlapped).as("two fetches of a document were in flight").isFalse();
    }

    /** Says what happens while a fetch of a document begins. */
    void onFetch(DocumentKind kind, Runnable action) {
        onFetch.put(kind, action);
    }

    /** How often this document was asked for so far. */
    int asked(DocumentKind kind) {
        assertOneAtATime();
        return asked.getOrDefault(kind, 0);
    }

    boolean isFetching(DocumentKind kind) {
        return pending.containsKey(kind);
    }

    void succeed(DocumentKind kind, String json) {
        succeed(kind, json, kind == DocumentKind.DISCOVERY ? "https://issuer.example" : null);
    }

    void succeed(DocumentKind kind, String json, String issuer) {
        take(kind).complete(new Document(kind, json.getBytes(StandardCharsets.UTF_8), issuer));
    }

    void succeed(Document document) {
        take(document.kind()).complete(document);
    }

    void fail(DocumentKind kind) {
        fail(kind, Outcome.IO);
    }

    void fail(DocumentKind kind, Outcome outcome) {
        fail(kind, new FetchException(outcome, outcome + " in words", null));
    }

    void fail(DocumentKind kind, Throwable failure) {
        take(kind).completeExceptionally(failure);
    }

    private CompletableFuture<Document> take(DocumentKind kind) {
        CompletableFuture<Document> result = pending.remove(kind);
        assertThat(result).as("fetch of " + kind + " in flight").isNotNull();
        return result;
    }
}
