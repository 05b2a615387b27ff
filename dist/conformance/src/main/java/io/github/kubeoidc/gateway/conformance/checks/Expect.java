// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a check demands of a response; each failure says in one line what was sent and what came back. */
public final class Expect {

    private final RawResponse response;

    private Expect(RawResponse response) {
        this.response = response;
    }

    static Expect that(RawResponse response) {
        return new Expect(response);
    }

    RawResponse response() {
        return response;
    }

    /**
     * Demands something.
     *
     * @param condition whether it is so
     * @param otherwise what there is instead, in one line
     * @throws AssertionError if it is not
     */
    public static void holds(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /**
     * Demands a value.
     *
     * @param what what has the value, in words that <em>is</em> can follow
     * @param expected the value it has to have
     * @param actual the value it has
     * @throws AssertionError if they differ
     */
    public static void equal(String what, @Nullable Object expected, @Nullable Object actual) {
        holds(Objects.equals(expected, actual), what + " is " + actual + " instead of " + expected);
    }

    Expect status(int... allowed) {
        return demand(
                IntStream.of(allowed).anyMatch(status -> status == response.status()),
                "expected status "
                        + IntStream.of(allowed).mapToObj(Integer::toString).collect(Collectors.joining(" or ")));
    }

    Expect field(String name, String value) {
        return demand(value.equals(response.field(name)), "expected " + name + ": " + value);
    }

    Expect noField(String name) {
        return demand(response.field(name) == null, "expected no " + name);
    }

    /** Exactly these fields, each once, in any order and case. */
    Expect onlyFields(String... names) {
        List<String> expected = List.of(names).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
        List<String> actual = response.fieldNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
        return demand(expected.equals(actual), "expected exactly the fields " + new TreeSet<>(expected));
    }

    Expect body(String text) {
        return demand(text.equals(response.text()), "expected the body «" + RawHttp.abbreviate(text) + "»");
    }

    Expect noBody() {
        return demand(response.body().length == 0, "expected no body");
    }

    Expect noHtml() {
        return demand(!response.text().contains("<"), "expected no HTML");
    }

    /** What 1.4 says of every answer that is not a document. */
    Expect plain() {
        String type = response.require("Content-Type");
        demand(type.matches("(?i)text/plain(\\s*;.*)?"), "expected text/plain");
        field("Cache-Control", "no-store");
        noField("Server");
        String body = response.text();
        demand(body.length() <= 200, "expected a short body");
        demand(body.endsWith("\n"), "expected a line feed at the end");
        demand(
                !body.contains("<")
                        && !body.contains("\tat ")
                        && !body.toLowerCase(Locale.ROOT).contains("jetty"),
                "expected neither HTML nor a stack trace nor a product name");
        return this;
    }

    Expect demand(boolean condition, String expectation) {
        holds(condition, "sent " + response.request() + "; came back " + response + "; " + expectation);
        return this;
    }
}
