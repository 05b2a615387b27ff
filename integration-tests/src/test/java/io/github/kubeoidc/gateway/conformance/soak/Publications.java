// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** All that upstream has published of one document, version by version, and which of it has been served. */
final class Publications {

    private static final Gson GSON = new Gson();

    private final ServedDocument document;
    private final IntFunction<String> writer;
    private final Map<JsonElement, Integer> versions = new ConcurrentHashMap<>();
    private final Map<String, Integer> entityTags = new ConcurrentHashMap<>();
    private final AtomicInteger newest = new AtomicInteger();
    private final AtomicInteger newestServed = new AtomicInteger();

    /**
     * Knows of the first version, and has it served.
     *
     * @param writer makes the document of a version, of another value than all others
     */
    Publications(ServedDocument document, IntFunction<String> writer) {
        this.document = document;
        this.writer = writer;
        publish();
    }

    /** Publishes the next version, which also ends a fault of the document, and returns its number. */
    synchronized int publish() {
        int version = newest.get() + 1;
        String json = writer.apply(version);
        // Before it is served: a client that sees it finds it here.
        versions.put(GSON.fromJson(json, JsonElement.class), version);
        document.serve(json);
        newest.set(version);
        return version;
    }

    ServedDocument document() {
        return document;
    }

    String path() {
        return document.path();
    }

    int newestServed() {
        return newestServed.get();
    }

    /**
     * Which version an answer of 200 has.
     *
     * @return its number
     * @throws AssertionError if it is none of them, or not as a document is answered
     */
    int versionOf(RawResponse answer) {
        byte[] body = answer.body();
        String entityTag = answer.require("ETag");
        if (!entityTag.equals('"' + sha256(body) + '"')) {
            throw new AssertionError("the ETag does not fit the body: " + answer);
        }
        Integer version = entityTags.computeIfAbsent(entityTag, tag -> publishedAs(answer.text()));
        if (version == null) {
            throw new AssertionError("upstream never published this: " + answer);
        }
        newestServed.accumulateAndGet(version, Math::max);
        return version;
    }

    /** Which version an entity tag stands for, {@code null} if it was never seen with a body. */
    @Nullable
    Integer versionOf(String entityTag) {
        return entityTags.get(entityTag);
    }

    private @Nullable Integer publishedAs(String body) {
        try {
            return versions.get(GSON.fromJson(body, JsonElement.class));
        } catch (JsonParseException e) {
            return null;
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
