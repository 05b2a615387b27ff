// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Section 5: which values a variable may have, one by one. */
final class VariableChecks {

    private VariableChecks() {}

    static void checks(CheckList list) {
        numbers(list);
        words(list);
        upstreamHost(list);
    }

    /** One process is given the same mistake in all of them, as all are reported. */
    private static void numbers(CheckList list) {
        Map<String, List<String>> bounds = Map.of(
                "LISTEN_PORT", List.of("0", "65535"),
                "UPSTREAM_TIMEOUT_SECONDS", List.of("1", "300"),
                "CACHE_TTL_SECONDS", List.of("0", "86400"),
                "CLIENT_CACHE_TTL_SECONDS", List.of("0", "31536000"),
                "JWKS_CLIENT_CACHE_TTL_SECONDS", List.of("0", "31536000"),
                "IDLE_TIMEOUT_SECONDS", List.of("5", "3600"),
                "SHUTDOWN_DELAY_SECONDS", List.of("0", "300"),
                "HEALTH_MAX_STALE_SECONDS", List.of("0", "2592000"));
        Map<String, Function<List<String>, String>> mistakes = Map.of(
                "below its lowest value", range -> Long.toString(Long.parseLong(range.get(0)) - 1),
                "above its highest value", range -> Long.toString(Long.parseLong(range.get(1)) + 1),
                "beyond all numbers", range -> "99999999999999999999",
                "no number", range -> "many",
                "no whole number", range -> "1.5",
                "a number with a unit", range -> "5s");
        mistakes.forEach((what, wrong) -> {
            Map<String, String> environment = values(bounds, wrong);
            Memoized<Refusal> refusal = new Memoized<>(() -> list.refused(environment));
            bounds.forEach((variable, range) -> list.must(
                    variable + " is refused when it is " + what,
                    () -> refusal.get()
                            .names(variable, environment.getOrDefault(variable, ""), range.get(0), range.get(1))));
        });
        accepted(list, values(bounds, range -> range.get(0)));
        accepted(list, values(bounds, range -> range.get(1)));
    }

    private static Map<String, String> values(Map<String, List<String>> bounds, Function<List<String>, String> of) {
        return bounds.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, bound -> of.apply(bound.getValue())));
    }

    /**
     * Typical mistakes in variables that are no numbers, and values that are none. A row is one process, which is given all of
     * it, as all mistakes are reported.
     */
    private static void words(CheckList list) {
        List<Map<String, String>> wrong = List.of(
                Map.of("PRETTY_PRINT_JSON", "yes", "LOG_LEVEL", "TRACE", "UPSTREAM_HOST", "http://10.0.0.1"),
                Map.of("PRETTY_PRINT_JSON", "2", "LOG_LEVEL", "loud", "UPSTREAM_HOST", "ftp://k.example"),
                Map.of("LOG_FORMAT", "xml", "UPSTREAM_HOST", "http://127.0.0.1.k.example"));
        Map<String, String> allowed = Map.of(
                "PRETTY_PRINT_JSON", "false", "LOG_LEVEL", "DEBUG", "LOG_FORMAT", "json", "UPSTREAM_HOST", "https");
        for (Map<String, String> row : wrong) {
            Memoized<Refusal> refusal = new Memoized<>(() -> list.refused(row));
            row.forEach((variable, value) -> list.must(
                    variable + "=" + value + " is refused",
                    () -> refusal.get().names(variable, value, allowed.getOrDefault(variable, ""))));
        }
        accepted(
                list,
                Map.of("PRETTY_PRINT_JSON", "TRUE", "LOG_LEVEL", "WARN", "UPSTREAM_HOST", "https://k.example:6443/a"));
        accepted(
                list, Map.of("PRETTY_PRINT_JSON", "0", "LOG_LEVEL", "DEBUG", "UPSTREAM_HOST", "http://127.1.2.3:8080"));
        accepted(list, Map.of("PRETTY_PRINT_JSON", "f", "LOG_LEVEL", "ERROR", "UPSTREAM_HOST", "http://[::1]:8080"));
    }

    /** A mistake in another variable shows what is thought of these, without a gateway having to run. */
    static void accepted(CheckList list, Map<String, String> values) {
        Map<String, String> environment = new HashMap<>(values);
        environment.put("LOG_FORMAT", "xml");
        Memoized<Refusal> refusal = new Memoized<>(() -> list.refused(environment));
        values.forEach((variable, value) -> list.must(
                variable + "=" + value + " is accepted",
                () -> refusal.get().names("LOG_FORMAT", "xml").namesNot(variable)));
    }

    private static void upstreamHost(CheckList list) {
        for (String value : List.of("https://jane:s3cret@k.example", "jane:s3cret@k.example")) {
            list.must(
                    "UPSTREAM_HOST=" + value + " is refused without printing it",
                    () -> list.refused(Map.of("UPSTREAM_HOST", value))
                            .names("UPSTREAM_HOST", "UPSTREAM_HOST")
                            .hides("s3cret"));
        }
        list.should(
                "a query in UPSTREAM_HOST is not printed",
                () -> list.refused(Map.of("UPSTREAM_HOST", "https://k.example/?token=s3cret"))
                        .hides("s3cret"));
    }
}
