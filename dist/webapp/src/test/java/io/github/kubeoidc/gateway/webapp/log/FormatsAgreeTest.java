// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.web.RequestLine;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.1: {@code LOG_FORMAT=json} has the same facts as text, for every request; what it has more is named here. */
class FormatsAgreeTest {
    private static final List<String> PIECES = List.of(
            "/openid/v1/jwks",
            "%0a",
            "\n",
            "\r\n",
            " ",
            "\t",
            "\"",
            "\\",
            "=",
            "{",
            "}",
            "\u0000",
            "\u001b[31m",
            "\u0085",
            "é",
            "\u2028",
            "\ud800",
            " status=200",
            "\",\"status\":\"200",
            " trace_id=0",
            " method=GET",
            "a".repeat(200));
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "OPTIONS", "get", "M".repeat(300), "A\"B C");
    private static final List<String> TRACES = List.of(
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 status=200",
            "x\r\ny",
            "");

    /** What JSON has beside the facts of a text line: each says one of them once more, or that a request is INFO. */
    private static final List<String> SAID_TWICE = List.of("level", "severity", "duration_ms");

    @RepeatedTest(50)
    void ofARequest(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder path = new StringBuilder("/");
        for (int i = random.nextInt(5); i > 0; i--) {
            path.append(any(PIECES, random));
        }
        RequestLine request = new RequestLine(
                any(METHODS, random),
                path.toString(),
                100 + random.nextInt(500),
                random.nextBoolean(),
                random.nextLong(Long.MAX_VALUE),
                random.nextBoolean() ? null : any(TRACES, random));
        LoggingEvent event = Events.info("{}", request);
        String text = Events.line(new TextLayout(""), event);
        String line = Events.line(new JsonLayout(""), event);
        JsonObject json = new Gson().fromJson(line, JsonObject.class);

        assertThat(text.lines()).hasSize(1);
        assertThat(line.lines()).hasSize(1);
        assertThat(json.get("level").getAsString()).isEqualTo("INFO");
        assertThat(json.get("severity").getAsString()).isEqualTo("INFO");
        assertThat(json.getAsJsonPrimitive("duration_ms").isNumber()).isTrue();
        assertThat(json.get("duration_ms").getAsString() + "ms")
                .isEqualTo(json.get("duration").getAsString());
        SAID_TWICE.forEach(json::remove);
        assertThat(facts(json)).isEqualTo(facts(text));
    }

    @Test
    void ofAStackTrace() {
        LoggingEvent event = Events.event(Level.DEBUG, "failed", new IllegalStateException("first"));
        JsonObject json = new Gson().fromJson(Events.line(new JsonLayout(""), event, true), JsonObject.class);
        assertThat(Events.line(new TextLayout(""), event, true))
                .endsWith(" DEBUG failed\n" + json.get("stack_trace").getAsString())
                .contains(json.get("error").getAsString());
    }

    private static Map<String, String> facts(JsonObject json) {
        Map<String, String> facts = new TreeMap<>();
        json.entrySet()
                .forEach(member -> facts.put(member.getKey(), member.getValue().getAsString()));
        return facts;
    }

    /** Of a request's line: its timestamp, then fields that no space is in; one that has no method is of a GET. */
    private static Map<String, String> facts(String text) {
        Map<String, String> facts = new TreeMap<>(Map.of("method", "GET"));
        String[] fields = text.strip().split(" ", -1);
        facts.put("timestamp", fields[0]);
        for (String field : List.of(fields).subList(1, fields.length)) {
            int equals = field.indexOf('=');
            String old = facts.put(field.substring(0, equals), field.substring(equals + 1));
            assertThat(old).as("forged or told twice: %s", field).isIn(null, "GET");
        }
        return facts;
    }

    private static String any(List<String> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
