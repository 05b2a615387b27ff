// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of sections 2.3 and 2.4: what counts as a document, and how it is rendered. */
final class DocumentMutants {

    private DocumentMutants() {}

    static List<Mutant> all() {
        return Stream.of(syntax(), members(), tooStrict(), rendering())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> syntax() {
        return List.of(
                mutant("validates nothing", "2\\.3 refused|4\\.1 .*invalid")
                        .entitled("[2-6]|1\\.4 no word")
                        .edit(
                                "UpstreamSource",
                                "DocumentValidator.validate(kind, answer.json())",
                                "new Document(kind, answer.json(), null)")
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = false;"),
                accepts("a byte order mark", "byte order mark", "json.length < 3", "true || json.length < 3"),
                accepts(
                        "text that is no UTF-8",
                        "(byte 0xFF|overlong|surrogate in UTF-8|UTF-8 that ends)",
                        ".onMalformedInput(CodingErrorAction.REPORT)",
                        ".onMalformedInput(CodingErrorAction.REPLACE)"),
                accepts(
                                "what is nearly JSON",
                                "(trailing|comment|single|name without|value )",
                                "reader.setStrictness(Strictness.STRICT);",
                                "reader.setStrictness(Strictness.LENIENT);")
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = false;"),
                accepts("any depth", "(65 levels|deep nesting)", "MAX_DEPTH = 64", "MAX_DEPTH = 200_000"),
                accepts("65 levels", "65 levels", "MAX_DEPTH = 64", "MAX_DEPTH = 65"),
                accepts(
                        "names twice",
                        "name twice",
                        "check(names.add(name), \"a name occurs twice in one object\");",
                        ""),
                accepts(
                                "lone surrogates",
                                "(lone|surrogates in)",
                                "reader.setStrictness(Strictness.STRICT);",
                                "reader.setStrictness(Strictness.LEGACY_STRICT);")
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = false;"),
                accepts(
                                "what follows the document",
                                "(text behind|second object)",
                                "check(reader.peek() == JsonToken.END_DOCUMENT, \"something follows the JSON object\");",
                                "")
                        // Whoever indents would see it too.
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = false;"));
    }

    private static List<Mutant> members() {
        return List.of(
                accepts(
                        "a discovery document without issuer",
                        "(discovery document (without issuer|with its)|Status)",
                        "check(issuer != null, \"it has no issuer\");",
                        ""),
                accepts(
                        "a discovery document without jwks_uri",
                        "discovery document without jwks_uri",
                        "check(jwksUri, \"it has no jwks_uri\");",
                        ""),
                accepts(
                        "empty strings",
                        "discovery document with an empty",
                        "check(!value.isEmpty(), name + \" is empty\");",
                        ""),
                accepts(
                        "any value as jwks_uri",
                        "discovery document (whose jwks_uri|with an empty jwks_uri)",
                        "nonEmptyString(\"jwks_uri\");",
                        "value();"),
                accepts(
                        "any value as issuer",
                        "discovery document (whose issuer|with an empty issuer)",
                        "issuer = nonEmptyString(\"issuer\");",
                        "value(); issuer = \"x\";"),
                accepts("a key set without keys", "key set without keys", "check(keys, \"it has no keys\");", ""),
                accepts("an empty key set", "empty key set", "check(reader.hasNext(), \"keys is empty\");", ""),
                accepts(
                        "any value as keys",
                        "(empty )?key|(second|private)",
                        "                keys();",
                        "                value();"),
                accepts(
                        "a key that is none",
                        "key set with a key",
                        "check(reader.peek() == JsonToken.BEGIN_OBJECT, \"a key is not an object\");",
                        "if (reader.peek() != JsonToken.BEGIN_OBJECT) { value(); continue; }"),
                accepts("a key without kty", "(second )?key without kty", "check(kty, \"a key has no kty\");", ""),
                accepts(
                        "any value as kty",
                        "key whose kty",
                        "check(reader.peek() == JsonToken.STRING, \"the kty of a key is not a string\");",
                        ""),
                accepts(
                        "private members",
                        "(.*private member)",
                        "check(!PRIVATE_MEMBERS.contains(name), \"a key has the private member \" + name);",
                        ""),
                accepts(
                        "private members of symmetric keys and of new ones",
                        "key with the private member (k|priv|oth)|2\\.3 refused: private member that is an object",
                        ", \"oth\", \"k\", \"priv\"",
                        ""),
                accepts(
                        "a private member in the second key",
                        "second key with",
                        "            key();",
                        "            key(); while (reader.hasNext()) value();"));
    }

    private static Mutant accepts(String what, String rows, String from, String to) {
        return mutant("accepts " + what, "2\\.3 refused: " + rows)
                .entitled("2\\.3 refused")
                .edit("DocumentValidator", from, to);
    }

    private static List<Mutant> tooStrict() {
        return List.of(
                mutant("refuses 64 levels", "2\\.3 accepted: 64")
                        .edit("DocumentValidator", "MAX_DEPTH = 64", "MAX_DEPTH = 63"),
                mutant("refuses unknown members", "2\\.3 accepted: unknown")
                        .entitled("[1-7]")
                        .edit(
                                "DocumentValidator",
                                "                value();\n            }\n        }\n        reader.endObject();\n        check(reader.peek()",
                                "                check(name.length() > 1, \"unknown\"); value();\n            }\n        }\n        reader.endObject();\n        check(reader.peek()"),
                mutant("wants every name once in a document", "2\\.3 accepted: one name")
                        .entitled("[1-7]")
                        .edit(
                                "DocumentValidator",
                                "Set<String> names = new HashSet<>();\n                reader.beginObject();",
                                "Set<String> names = all;\n                reader.beginObject();")
                        .edit(
                                "DocumentValidator",
                                "private @Nullable String issuer;",
                                "private @Nullable String issuer; private final Set<String> all = new HashSet<>();"),
                mutant("knows RSA, EC and OKP only", "2\\.3 accepted: an unknown kty")
                        .entitled("[1-3]")
                        .edit(
                                "DocumentValidator",
                                "reader.peek() == JsonToken.STRING, \"the kty of a key is not a string\");\n                kty = true;",
                                "reader.peek() == JsonToken.STRING, \"the kty of a key is not a string\");\n"
                                        + "                kty = true; check(Set.of(\"RSA\", \"EC\", \"OKP\", \"oct-stand-in\")"
                                        + ".contains(reader.nextString()), \"unknown kty\"); continue;"),
                mutant("looks for private members at every depth", "2\\.3 accepted: (a private|members beside)")
                        .edit(
                                "DocumentValidator",
                                "String name = reader.nextName();",
                                "String name = reader.nextName(); check(!PRIVATE_MEMBERS.contains(name), \"private\");"),
                mutant("takes 100 keys", "2\\.3 accepted: many keys")
                        .edit(
                                "DocumentValidator",
                                "            key();",
                                "            key(); check(++number <= 100, \"too many keys\");")
                        .edit(
                                "DocumentValidator",
                                "private @Nullable String issuer;",
                                "private @Nullable String issuer; private int number;"),
                mutant("says nothing of another issuer", "2\\.3 a changed issuer")
                        .edit("DocumentLog", "!old.issuer.equals(fetched.issuer)", "false"),
                mutant("keeps to its first issuer", "2\\.3 a changed issuer")
                        .edit(
                                "CachedDocument",
                                "fetched = new Entry(document,",
                                "if (old != null && old.issuer != null && !old.issuer.equals(document.issuer())) throw new IllegalStateException(\"another issuer\"); fetched = new Entry(document,"));
    }

    private static List<Mutant> rendering() {
        return List.of(
                mutant("indents by four spaces", "2\\.4 PRETTY_PRINT_JSON=true|5 PRETTY")
                        .edit("Renderer", "FormattingStyle.PRETTY", "FormattingStyle.PRETTY.withIndent(\"    \")"),
                mutant("indents to any size", "2\\.4 a document that indentation")
                        .edit("Renderer", "return Math.max(MIN_INDENT_LIMIT, 2 * length);", "return 1 << 30;"),
                mutant("escapes HTML", "2\\.4 PRETTY_PRINT_JSON=true")
                        .edit("JsonCopy", "setHtmlSafe(false)", "setHtmlSafe(true)"),
                mutant("drops nulls", "2\\.4 PRETTY_PRINT_JSON=true")
                        .entitled("2")
                        .edit("JsonCopy", "setSerializeNulls(true)", "setSerializeNulls(false)"),
                mutant("rounds numbers", "2\\.4 PRETTY_PRINT_JSON=true")
                        .entitled("2")
                        .edit(
                                "JsonCopy",
                                "writer.jsonValue(reader.nextString())",
                                "writer.value(new java.math.BigDecimal(reader.nextString()).round(java.math.MathContext.DECIMAL32))"),
                mutant("never indents", "2\\.4 PRETTY_PRINT_JSON=true|5 PRETTY_PRINT_JSON=. indents")
                        .entitled("[25]")
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = false;"),
                mutant("always indents", "5 PRETTY_PRINT_JSON=. sends|2\\.4")
                        .entitled("2|3\\.5")
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = true;"),
                mutant("turns PRETTY_PRINT_JSON round", "5 PRETTY_PRINT_JSON=. (indents|sends)")
                        .entitled("2|3\\.5")
                        .edit("Renderer", "this.pretty = pretty;", "this.pretty = !pretty;"),
                mutant("puts its own address into jwks_uri", "2\\.4 what upstream sent")
                        .entitled("2")
                        .edit(
                                "Renderer",
                                "pretty ? indent(json) : json;",
                                "new String(pretty ? indent(json) : json, java.nio.charset.StandardCharsets.UTF_8)"
                                        + ".replace(\"issuer.example/cluster/openid\", \"gateway.example/openid\").getBytes(java.nio.charset.StandardCharsets.UTF_8);"),
                mutant("changes a key on the way", "2\\.4 what upstream sent")
                        .edit(
                                "Renderer",
                                "pretty ? indent(json) : json;",
                                "new String(pretty ? indent(json) : json, java.nio.charset.StandardCharsets.UTF_8)"
                                        + ".replace(\"\\\"use\\\"\", \"\\\"USE\\\"\").getBytes(java.nio.charset.StandardCharsets.UTF_8);"),
                mutant(
                                "serves documents that name nobody",
                                "2\\.3 the discovery document names|2\\.3 acc|2\\.3 a changed|2\\.1 a redirect")
                        .entitled("2\\.4")
                        .edit(
                                "Renderer",
                                "pretty ? indent(json) : json;",
                                "new String(pretty ? indent(json) : json, java.nio.charset.StandardCharsets.UTF_8)"
                                        + ".replace(\"\\\"issuer\\\"\", \"\\\"iss\\\"\").getBytes(java.nio.charset.StandardCharsets.UTF_8);"),
                mutant("serves keys without kty", "2\\.3 the JWKS has keys")
                        .entitled("2\\.[34]|[1-7]")
                        .edit(
                                "Renderer",
                                "pretty ? indent(json) : json;",
                                "new String(pretty ? indent(json) : json, java.nio.charset.StandardCharsets.UTF_8)"
                                        + ".replace(\"\\\"kty\\\"\", \"\\\"KTY\\\"\").getBytes(java.nio.charset.StandardCharsets.UTF_8);"),
                mutant("serves private keys", "2\\.3 no key in")
                        .entitled("2\\.[34]|[1-7]")
                        .edit(
                                "Renderer",
                                "pretty ? indent(json) : json;",
                                "new String(pretty ? indent(json) : json, java.nio.charset.StandardCharsets.UTF_8)"
                                        + ".replace(\"\\\"kty\\\"\", \"\\\"d\\\":\\\"AQ\\\",\\\"kty\\\"\").getBytes(java.nio.charset.StandardCharsets.UTF_8);"));
    }
}
