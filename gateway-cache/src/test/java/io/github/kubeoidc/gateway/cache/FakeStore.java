// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store in memory. */
final class FakeStore implements DocumentStore {
    final List<Document> saved = new ArrayList<>();
    private final Map<DocumentKind, StoredDocument> stored = new EnumMap<>(DocumentKind.class);

    FakeStore with(DocumentKind kind, String json, Duration age) {
        return with(kind, json, age, kind == DocumentKind.DISCOVERY ? "https://issuer.example" : null);
    }

    FakeStore with(DocumentKind kind, String json, Duration age, @Nullable String issuer) {
        Document document = new Document(kind, json.getBytes(StandardCharsets.UTF_8), issuer);
        stored.put(kind, new StoredDocument(document, age));
        return this;
    }

    @Override
    public @Nullable StoredDocument load(DocumentKind kind, ExpectedIssuer expectedIssuer) {
        StoredDocument found = stored.get(kind);
        try {
            if (found != null) {
                expectedIssuer.accept(found.document());
            }
            return found;
        } catch (FetchException e) {
            return null;
        }
    }

    @Override
    public void save(Document document) {
        saved.add(document);
    }

    @Override
    public void close() {}
}
