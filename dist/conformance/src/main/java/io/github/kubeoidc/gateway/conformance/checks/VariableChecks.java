// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Section 5: which values a variable may have, one by one. */
final class VariableChecks {

    private static final Map<String, String> MISTAKE_ELSEWHERE = Map.of("LOG_FORMAT", "xml");

    private VariableChecks() {}

    static List<Check> checks(CheckList list) {
        numbers(list);
        words(list);
        upstreamHost(list);
        return list.checks();
    }

    /** One process is given the same mistake in all of them, as all are reported. */
    private static void numbers(CheckList list) {
        Map<String, List<String>> bounds = new LinkedHashMap<>();
        bounds.put("LISTEN_PORT", List.of("0", "65535"));
        bounds.put("UPSTREAM_TIMEOUT_SECONDS", List.of("1", "300"));
        bounds.put("CACHE_TTL_SECONDS", List.of("0", "86400"));
        bounds.put("CLIENT_CACHE_TTL_SECONDS", List.of("0", "31536000"));
        bounds.put("JWKS_CLIENT_CACHE_TTL_SECONDS", List.of("0", "31536000"));
        bounds.put("IDLE_TIMEOUT_SECONDS", List.of("5", "3600"));
        bounds.put("SHUTDOWN_DELAY_SECONDS", List.of("0", "300"));
        bounds.put("HEALTH_MAX_STALE_SECONDS", List.of("0", "2592000"));
        Map<String, Function<List<String>, String>> mistakes = new LinkedHashMap<>();
        mistakes.put("below its lowest value", range -> Long.toString(Long.parseLong(range.get(0)) - 1));
        mistakes.put("above its highest value", range -> Long.toString(Long.parseLong(range.get(1)) + 1));
        mistakes.put("beyond all numbers", range -> "99999999999999999999");
        mistakes.put("no number", range -> "many");
        mistakes.put("no whole number", range -> "1.5");
        mistakes.put("a number with a unit", range -> "5s");
        mistakes.forEach((what, wrong) -> {
            Map<String, String> environment = new HashMap<>();
            bounds.forEach((variable, range) -> environment.put(variable, wrong.apply(range)));
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> ConfigurationChecks.refused(list, environment));
            bounds.forEach((variable, range) ->
                    list.add("5", Check.Severity.MUST, variable + " is refused when it is " + what, () -> {
                        ConfigurationChecks.names(refusal.get(), variable, environment.getOrDefault(variable, ""));
                        ConfigurationChecks.names(refusal.get(), variable, range.get(0));
                        ConfigurationChecks.names(refusal.get(), variable, range.get(1));
                    }));
        });
        for (int bound = 0; bound < 2; bound++) {
            Map<String, String> environment = new HashMap<>(MISTAKE_ELSEWHERE);
            for (Map.Entry<String, List<String>> variable : bounds.entrySet()) {
                environment.put(variable.getKey(), variable.getValue().get(bound));
            }
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> ConfigurationChecks.refused(list, environment));
            bounds.keySet()
                    .forEach(variable -> list.add(
                            "5",
                            Check.Severity.MUST,
                            variable + "=" + environment.get(variable) + " is accepted",
                            () -> notNamed(refusal.get(), variable)));
        }
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
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> ConfigurationChecks.refused(list, row));
            new TreeMap<>(row)
                    .forEach((variable, value) ->
                            list.add("5", Check.Severity.MUST, variable + "=" + value + " is refused", () -> {
                                ConfigurationChecks.names(refusal.get(), variable, value);
                                ConfigurationChecks.names(refusal.get(), variable, allowed.getOrDefault(variable, ""));
                            }));
        }
        List<Map<String, String>> right = List.of(
                Map.of("PRETTY_PRINT_JSON", "TRUE", "LOG_LEVEL", "WARN", "UPSTREAM_HOST", "https://k.example:6443/a"),
                Map.of("PRETTY_PRINT_JSON", "0", "LOG_LEVEL", "DEBUG", "UPSTREAM_HOST", "http://127.1.2.3:8080"),
                Map.of("PRETTY_PRINT_JSON", "f", "LOG_LEVEL", "ERROR", "UPSTREAM_HOST", "http://[::1]:8080"));
        for (Map<String, String> row : right) {
            // A mistake in another variable shows what is thought of these, without a gateway having to run.
            Map<String, String> environment = new HashMap<>(MISTAKE_ELSEWHERE);
            environment.putAll(row);
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> ConfigurationChecks.refused(list, environment));
            new TreeMap<>(row)
                    .forEach((variable, value) -> list.add(
                            "5",
                            Check.Severity.MUST,
                            variable + "=" + value + " is accepted",
                            () -> notNamed(refusal.get(), variable)));
        }
    }

    private static void upstreamHost(CheckList list) {
        for (String value : List.of("https://jane:s3cret@k.example", "jane:s3cret@k.example")) {
            list.add("5", Check.Severity.MUST, "UPSTREAM_HOST=" + value + " is refused without printing it", () -> {
                GatewayDidNotStart refusal = ConfigurationChecks.refused(list, Map.of("UPSTREAM_HOST", value));
                ConfigurationChecks.names(refusal, "UPSTREAM_HOST", "UPSTREAM_HOST");
                Expect.holds(
                        !refusal.getMessage().contains("s3cret"),
                        "UPSTREAM_HOST=" + value + "; its user info is printed: " + refusal.getMessage());
            });
        }
        list.add("5", Check.Severity.SHOULD, "a query in UPSTREAM_HOST is not printed", () -> {
            GatewayDidNotStart refusal =
                    ConfigurationChecks.refused(list, Map.of("UPSTREAM_HOST", "https://k.example/?token=s3cret"));
            Expect.holds(!refusal.getMessage().contains("s3cret"), "a query is printed: " + refusal.getMessage());
        });
    }

    private static void notNamed(GatewayDidNotStart refusal, String variable) {
        ConfigurationChecks.names(refusal, "LOG_FORMAT", "xml");
        Expect.holds(!refusal.errors().contains(variable), variable + " is complained of: " + refusal.errors());
    }
}
