// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether bytes are a document: one UTF-8 JSON object by the strict rules of RFC 8259, with the members that OpenID
 * Connect Discovery 1.0 (section 3) or RFC 7517 (sections 4 and 5) demand, and without private keys. It reads a stream of
 * tokens, as Gson's tree forgives what must not be forgiven here. Messages quote nothing of the document.
 */
public final class DocumentValidator {
    private static final int MAX_DEPTH = 64;
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");

    private final JsonReader reader;
    private @Nullable String issuer;

    private DocumentValidator(byte[] json) {
        reader = new JsonReader(new InputStreamReader(
                new ByteArrayInputStream(json),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(MAX_DEPTH);
    }

    /**
     * Decides whether bytes are a document.
     *
     * @param kind which of the two
     * @param json the bytes
     * @return the document
     * @throws FetchException if they are none; its message quotes nothing of them
     */
    public static Document validate(DocumentKind kind, byte[] json) throws FetchException {
        try {
            // Gson's reader skips a byte order mark.
            check(
                    json.length < 3 || json[0] != (byte) 0xEF || json[1] != (byte) 0xBB || json[2] != (byte) 0xBF,
                    "it begins with a byte order mark");
            DocumentValidator validator = new DocumentValidator(json);
            validator.document(kind);
            return new Document(kind, json, validator.issuer);
        } catch (CharacterCodingException e) {
            throw invalid("it is not UTF-8");
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            // By Gson, for malformed JSON as for one token where another is due.
            throw invalid("it is not one JSON object by RFC 8259, at most " + MAX_DEPTH + " levels deep");
        }
    }

    private void document(DocumentKind kind) throws IOException, FetchException {
        boolean jwksUri = false;
        boolean keys = false;
        Set<String> names = new HashSet<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = name(names);
            if (kind == DocumentKind.DISCOVERY && name.equals("issuer")) {
                issuer = nonEmptyString("issuer");
            } else if (kind == DocumentKind.DISCOVERY && name.equals("jwks_uri")) {
                nonEmptyString("jwks_uri");
                jwksUri = true;
            } else if (kind == DocumentKind.JWKS && name.equals("keys")) {
                keys();
                keys = true;
            } else {
                value();
            }
        }
        reader.endObject();
        check(reader.peek() == JsonToken.END_DOCUMENT, "something follows the JSON object");
        if (kind == DocumentKind.DISCOVERY) {
            check(issuer != null, "it has no issuer");
            check(jwksUri, "it has no jwks_uri");
        } else {
            check(keys, "it has no keys");
        }
    }

    private void keys() throws IOException, FetchException {
        check(reader.peek() == JsonToken.BEGIN_ARRAY, "keys is not an array");
        reader.beginArray();
        check(reader.hasNext(), "keys is empty");
        while (reader.hasNext()) {
            check(reader.peek() == JsonToken.BEGIN_OBJECT, "a key is not an object");
            key();
        }
        reader.endArray();
    }

    private void key() throws IOException, FetchException {
        boolean kty = false;
        Set<String> names = new HashSet<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = name(names);
            check(!PRIVATE_MEMBERS.contains(name), "a key has the private member " + name);
            if (name.equals("kty")) {
                check(reader.peek() == JsonToken.STRING, "the kty of a key is not a string");
                kty = true;
            }
            value();
        }
        reader.endObject();
        check(kty, "a key has no kty");
    }

    private String nonEmptyString(String name) throws IOException, FetchException {
        check(reader.peek() == JsonToken.STRING, name + " is not a string");
        String value = reader.nextString();
        check(!value.isEmpty(), name + " is empty");
        return value;
    }

    /** Reads past any value; the reader's nesting limit bounds the recursion. */
    private void value() throws IOException, FetchException {
        switch (reader.peek()) {
            case BEGIN_OBJECT -> {
                Set<String> names = new HashSet<>();
                reader.beginObject();
                while (reader.hasNext()) {
                    name(names);
                    value();
                }
                reader.endObject();
            }
            case BEGIN_ARRAY -> {
                reader.beginArray();
                while (reader.hasNext()) {
                    value();
                }
                reader.endArray();
            }
            case STRING -> reader.nextString();
            default -> reader.skipValue();
        }
    }

    private String name(Set<String> names) throws IOException, FetchException {
        String name = reader.nextName();
        check(names.add(name), "a name occurs twice in one object");
        return name;
    }

    private static void check(boolean condition, String problem) throws FetchException {
        if (!condition) {
            throw invalid(problem);
        }
    }

    private static FetchException invalid(String problem) {
        return new FetchException(Outcome.INVALID, "not a valid document: " + problem, null);
    }
}
