// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.report.ConsoleText;
import io.github.kubeoidc.gateway.conformance.report.Outcome;
import io.github.kubeoidc.gateway.conformance.report.Result;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Prints each result as it comes; on a terminal, how far the run is stands below them. */
final class Progress implements Consumer<Result> {

    /** Back to the first column, and nothing to the right of it (ECMA-48 EL). */
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final ConsoleText text;
    private final boolean terminal;
    private final int all;
    private int done;
    private int broken;

    /**
     * Begins with nothing done.
     *
     * @param terminal whether a line can be written anew
     * @param all how many results will come
     */
    Progress(PrintStream out, ConsoleText text, boolean terminal, int all) {
        this.out = out;
        this.text = text;
        this.terminal = terminal;
        this.all = all;
        show();
    }

    @Override
    public void accept(Result result) {
        done++;
        if (result.outcome() == Outcome.FAILED || result.outcome() == Outcome.UNCLEAR) {
            broken++;
        }
        clear();
        out.println(text.lines(result));
        show();
    }

    /** Takes the line away that shows how far the run is. */
    void clear() {
        if (terminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    private void show() {
        if (terminal && done < all) {
            out.print("[" + done + "/" + all + "]" + (broken > 0 ? " " + broken + " not kept or unclear" : ""));
            out.flush();
        }
    }
}
