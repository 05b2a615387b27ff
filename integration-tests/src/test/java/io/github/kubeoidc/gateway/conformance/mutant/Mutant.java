// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import io.github.kubeoidc.gateway.conformance.mutant.GatewayBuild.Edit;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A gateway with one fault.
 *
 * @param name the fault in words
 * @param meant matches the beginning of the names of those checks that are meant to notice it: one of them has to
 * @param entitled matches the beginning of the names of others that may notice it, where they happen to look
 * @param edits where the fault is in the gateway's sources
 */
record Mutant(String name, Pattern meant, Pattern entitled, List<Edit> edits) {

    private static final Pattern NONE = Pattern.compile("(?!)");

    /** A gateway that has no fault yet. */
    static Mutant mutant(String name, String meant) {
        return new Mutant(name, Pattern.compile(meant), NONE, List.of());
    }

    /** With checks that may notice the fault too. */
    Mutant entitled(String others) {
        return new Mutant(name, meant, Pattern.compile(others), edits);
    }

    /** With a piece of source text, which is there once, replaced by another. */
    Mutant edit(String file, String from, String to) {
        Stream<Edit> more = Stream.concat(edits.stream(), Stream.of(new Edit(file, from, to)));
        return new Mutant(name, meant, entitled, more.toList());
    }

    /** With a piece of source text, which is there once, followed by another. */
    Mutant insertAfter(String file, String place, String text) {
        return edit(file, place, place + " " + text);
    }
}
