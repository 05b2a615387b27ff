// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.Representation;
import io.github.kubeoidc.gateway.cache.DocumentCache;
import io.github.kubeoidc.gateway.cache.DocumentStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The way of a document, from the bytes that upstream sent to those that a relying party gets, against CONTRACT 2.3 and 2.4. */
final class ServedDocument {
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");

    private ServedDocument() {}

    /** Asserts that bytes are accepted exactly if they are a document, and that what is accepted is served with its value. */
    static void assertServedAsItIsIfItIsOne(DocumentKind kind, byte[] bytes) {
        Json expected = read(kind, bytes);
        Document document;
        try {
            document = DocumentValidator.validate(kind, bytes.clone());
        } catch (FetchException e) {
            assertThat(e.outcome()).isEqualTo(Outcome.INVALID);
            assertThat(e.getMessage()).startsWith("not a valid document: ").hasSizeLessThan(120);
            assertThat(expected).as("refused as %s", e.getMessage()).isNull();
            return;
        }
        assertThat(expected).as("accepted").isNotNull();
        assertThat(document.kind()).isEqualTo(kind);
        assertThat(document.json()).isEqualTo(bytes);
        String issuer =
                kind == DocumentKind.DISCOVERY && expected instanceof Json.Obj object ? text(object, "issuer") : null;
        assertThat(document.issuer()).isEqualTo(issuer);

        Representation asSent = serve(document, false);
        assertThat(asSent.body()).isEqualTo(bytes);
        assertThat(asSent.etag()).isEqualTo(sha256(bytes));

        Representation pretty = serve(document, true);
        assertThat(Json.read(pretty.body())).isEqualTo(expected);
        assertThat(pretty.etag()).isEqualTo(sha256(pretty.body()));
    }

    /** What a relying party is given for a document. */
    static Representation serve(Document document, boolean pretty) {
        DocumentCache cache = new DocumentCache(
                config(pretty),
                kind -> CompletableFuture.completedFuture(document),
                DocumentStore.NONE,
                System::nanoTime,
                (delay, task) -> {},
                () -> 0,
                Events.NONE);
        Representation representation = cache.get(document.kind()).join().representation();
        assertThat(representation).as("representation").isNotNull();
        return representation;
    }

    /** The strong entity tag of CONTRACT 1.1. */
    static String sha256(byte[] body) {
        try {
            return '"'
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(body))
                    + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static GatewayConfig config(boolean pretty) {
        try {
            return GatewayConfig.from(name -> name.equals("PRETTY_PRINT_JSON") ? Boolean.toString(pretty) : null);
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }

    /** CONTRACT 2.3 once more: the value, or {@code null} where it is not a document of that kind. */
    private static Json read(DocumentKind kind, byte[] bytes) {
        try {
            Json json = Json.read(bytes);
            boolean valid = json instanceof Json.Obj object
                    && (kind == DocumentKind.DISCOVERY
                            ? !text(object, "issuer").isEmpty()
                                    && !text(object, "jwks_uri").isEmpty()
                            : areKeys(object.get("keys")));
            return valid ? json : null;
        } catch (Json.NotJsonException e) {
            return null;
        }
    }

    private static boolean areKeys(Json keys) {
        return keys instanceof Json.Arr array
                && !array.elements().isEmpty()
                && array.elements().stream().allMatch(ServedDocument::isKey);
    }

    private static boolean isKey(Json key) {
        return key instanceof Json.Obj object
                && object.get("kty") instanceof Json.Text
                && object.members().stream().noneMatch(member -> PRIVATE_MEMBERS.contains(member.name()));
    }

    private static String text(Json.Obj object, String name) {
        return object.get(name) instanceof Json.Text text ? text.value() : "";
    }
}
