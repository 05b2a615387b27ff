// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.google.gson.stream.JsonWriter;
import io.github.kubeoidc.gateway.api.LogText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the steps of a check saw: a line each, as soon as it is known, or one JSON object at the end. */
final class Report {
    /** How a step ended. */
    enum Verdict {
        OK,
        WARN,
        FAIL;

        /** What is to be acted on is in capitals. */
        @Override
        public String toString() {
            return this == FAIL ? name() : name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One step.
     *
     * @param seen what was seen
     * @param advice what to do; empty where there is nothing to do
     */
    record Line(Verdict verdict, String step, String seen, String advice) {}

    private static final int MAX_SEEN = 600;

    private final List<Line> lines = new ArrayList<>();
    private final PrintStream out;
    private final boolean json;

    Report(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void ok(String step, String seen) {
        add(Verdict.OK, step, seen, "");
    }

    void warn(String step, String seen, String advice) {
        add(Verdict.WARN, step, seen, advice);
    }

    void fail(String step, String seen, String advice) {
        add(Verdict.FAIL, step, seen, advice);
    }

    /** A step that could not be taken because another one failed. */
    void skip(String step, String why) {
        add(Verdict.WARN, step, "not looked at, as " + why, "");
    }

    void add(Verdict verdict, String step, String seen, String advice) {
        Line line = new Line(verdict, step, LogText.line(seen, MAX_SEEN), advice);
        lines.add(line);
        if (!json) {
            out.println(
                    "%-4s  %s: %s%s".formatted(verdict, line.step, line.seen, advice.isEmpty() ? "" : "; " + advice));
        }
    }

    boolean failed() {
        return lines.stream().anyMatch(line -> line.verdict == Verdict.FAIL);
    }

    /** How many steps were not ok so far. */
    int warnings() {
        return (int) lines.stream().filter(line -> line.verdict != Verdict.OK).count();
    }

    /** Prints what has not been printed yet. */
    void end() {
        if (!json) {
            return;
        }
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setIndent("  ");
            writer.setHtmlSafe(false);
            writer.beginObject().name("ok").value(!failed()).name("steps").beginArray();
            for (Line line : lines) {
                writer.beginObject()
                        .name("verdict")
                        .value(line.verdict.toString())
                        .name("step")
                        .value(line.step)
                        .name("seen")
                        .value(line.seen)
                        .name("advice")
                        .value(line.advice)
                        .endObject();
            }
            writer.endArray().endObject();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        out.println(text);
    }
}
