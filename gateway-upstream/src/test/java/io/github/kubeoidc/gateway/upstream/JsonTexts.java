// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Texts of RFC 8259 in every spelling that it allows. */
final class JsonTexts {
    private static final int MOST_ELEMENTS = 3;
    private static final int DEEPEST = 4;

    private JsonTexts() {}

    /** Any value, with the white space that may be around it. */
    static Arbitrary<String> values() {
        Arbitrary<String> plain = Arbitraries.oneOf(Arbitraries.of("true", "false", "null"), numbers(), strings());
        return Arbitraries.recursive(() -> spaced(plain), JsonTexts::nesting, 0, DEEPEST);
    }

    /** A member's name that is unlike those that documents are known by. */
    static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                strings(), Arbitraries.of("\"\"", "\"a\"", "\"A\"", "\"\\u0061\\u0000\"", "\"keys \""));
    }

    private static Arbitrary<String> nesting(Arbitrary<String> value) {
        Arbitrary<String> arrays =
                value.list().ofMaxSize(MOST_ELEMENTS).map(elements -> "[" + String.join(",", elements) + "]");
        return spaced(Arbitraries.oneOf(arrays, objects(value)));
    }

    private static Arbitrary<String> objects(Arbitrary<String> value) {
        return Combinators.combine(
                        spaced(names())
                                .list()
                                .uniqueElements(name -> Json.read(name.getBytes(StandardCharsets.UTF_8)))
                                .ofMaxSize(MOST_ELEMENTS),
                        value.list().ofSize(MOST_ELEMENTS))
                .as((names, values) -> {
                    StringBuilder object = new StringBuilder("{");
                    for (int i = 0; i < names.size(); i++) {
                        object.append(i == 0 ? "" : ",")
                                .append(names.get(i))
                                .append(':')
                                .append(values.get(i));
                    }
                    return object.append('}').toString();
                });
    }

    private static Arbitrary<String> numbers() {
        Arbitrary<String> digits =
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(40);
        return Combinators.combine(
                        Arbitraries.of("", "-"),
                        Arbitraries.oneOf(Arbitraries.just("0"), digits.map(more -> "1" + more)),
                        Arbitraries.oneOf(Arbitraries.just(""), digits.map(more -> "." + more)),
                        Arbitraries.oneOf(
                                Arbitraries.just(""),
                                Combinators.combine(Arbitraries.of("e", "E", "e+", "E-"), digits)
                                        .as((e, power) -> e + power)))
                .as((sign, whole, fraction, power) -> sign + whole + fraction + power);
    }

    private static Arbitrary<String> strings() {
        Arbitrary<Character> bmp =
                Arbitraries.chars().filter(c -> c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c));
        Arbitrary<String> pairs = Arbitraries.integers()
                .between(Character.MIN_SUPPLEMENTARY_CODE_POINT, Character.MAX_CODE_POINT)
                .map(Character::toString);
        Arbitrary<String> spelled = Arbitraries.oneOf(
                bmp.map(String::valueOf),
                Arbitraries.chars().filter(c -> !Character.isSurrogate(c)).map(c -> String.format("\\u%04x", (int) c)),
                pairs,
                pairs.map(pair -> String.format("\\u%04X\\u%04x", (int) pair.charAt(0), (int) pair.charAt(1))),
                Arbitraries.of("\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"),
                Arbitraries.of("<", ">", "&", "'", "=", "/", "\u007f", "\u2028", "\u2029", "\ufeff", "\\u0000"));
        return spelled.list().ofMaxSize(8).map(parts -> "\"" + String.join("", parts) + "\"");
    }

    private static Arbitrary<String> spaced(Arbitrary<String> token) {
        Arbitrary<String> space = Arbitraries.of(List.of("", "", "", " ", "\n", "\t\r"));
        return Combinators.combine(space, token, space).as((before, text, after) -> before + text + after);
    }
}
