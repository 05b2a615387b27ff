// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Section 5: what may be configured, what happens by default, and how mistakes are reported. */
final class ConfigurationChecks {

    private static final Map<String, String> MISTAKE_ELSEWHERE = Map.of("LOG_FORMAT", "xml");

    private ConfigurationChecks() {}

    static List<Check> checks(CheckList list) {
        defaults(list);
        numbers(list);
        words(list);
        upstreamHost(list);
        reports(list);
        effects(list);
        return list.checks();
    }

    private static void defaults(CheckList list) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("UPSTREAM_HOST", "https://kubernetes.default.svc");
        defaults.put("UPSTREAM_TIMEOUT_SECONDS", "5");
        defaults.put("CACHE_TTL_SECONDS", "60");
        defaults.put("CLIENT_CACHE_TTL_SECONDS", "3600");
        defaults.put("JWKS_CLIENT_CACHE_TTL_SECONDS", "3600");
        defaults.put("PRETTY_PRINT_JSON", "true");
        defaults.put("SA_TOKEN_PATH", "/var/run/secrets/kubernetes.io/serviceaccount/token");
        defaults.put("SA_CA_CERT_PATH", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
        defaults.put("HEALTH_MAX_STALE_SECONDS", "0");
        defaults.put("LOG_LEVEL", "INFO");
        defaults.put("LOG_FORMAT", "text");
        list.add("5", Check.Severity.MUST, "what is not set has its default, and the log says so", () -> {
            try (StartedGateway gateway = list.delivery().start(Map.of())) {
                defaults.forEach((variable, value) -> logSays(gateway, variable, value));
            }
        });
        Map<String, String> ofTheServer = Map.of("SHUTDOWN_DELAY_SECONDS", "0", "IDLE_TIMEOUT_SECONDS", "75");
        list.add("5", Check.Severity.MUST, "SHUTDOWN_DELAY_SECONDS and IDLE_TIMEOUT_SECONDS have defaults", () -> {
            try (StartedGateway gateway = list.delivery().start(Map.of("IDLE_TIMEOUT_SECONDS", ""))) {
                ofTheServer.forEach((variable, value) -> logSays(gateway, variable, value));
            }
        });
        list.add(
                "5",
                Check.Severity.MUST,
                "JWKS_CLIENT_CACHE_TTL_SECONDS is CLIENT_CACHE_TTL_SECONDS by default",
                () -> {
                    try (StartedGateway gateway = list.delivery().start(Map.of("CLIENT_CACHE_TTL_SECONDS", "1234"))) {
                        logSays(gateway, "JWKS_CLIENT_CACHE_TTL_SECONDS", "1234");
                    }
                });
        list.add("5", Check.Severity.MUST, "an empty value means the default", () -> {
            Map<String, String> empty = new HashMap<>();
            defaults.keySet().forEach(variable -> empty.put(variable, ""));
            try (StartedGateway gateway = list.delivery().start(empty)) {
                defaults.forEach((variable, value) -> logSays(gateway, variable, value));
            }
        });
        list.add("5", Check.Severity.MUST, "an empty LISTEN_PORT means 8080", () -> {
            try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_PORT", ""))) {
                Expect.equal("the port listened on", 8080, gateway.baseUri().getPort());
            } catch (GatewayDidNotStart e) {
                // Somebody else may have that port.
                Expect.holds(e.getMessage().contains("8080"), "LISTEN_PORT is empty; 8080 is not tried: " + e);
                Expect.equal("the exit status", OptionalInt.of(1), e.exitStatus());
            }
        });
        list.add("5", Check.Severity.MUST, "an empty LISTEN_ADDR means 0.0.0.0", () -> {
            try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_ADDR", ""))) {
                Expect.equal(
                        "the address listened on", "0.0.0.0", gateway.baseUri().getHost());
            }
        });
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
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> refused(list, environment));
            bounds.forEach((variable, range) ->
                    list.add("5", Check.Severity.MUST, variable + " is refused when it is " + what, () -> {
                        names(refusal.get(), variable, environment.getOrDefault(variable, ""));
                        names(refusal.get(), variable, range.get(0));
                        names(refusal.get(), variable, range.get(1));
                    }));
        });
        for (int bound = 0; bound < 2; bound++) {
            Map<String, String> environment = new HashMap<>(MISTAKE_ELSEWHERE);
            for (Map.Entry<String, List<String>> variable : bounds.entrySet()) {
                environment.put(variable.getKey(), variable.getValue().get(bound));
            }
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> refused(list, environment));
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
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> refused(list, row));
            new TreeMap<>(row)
                    .forEach((variable, value) ->
                            list.add("5", Check.Severity.MUST, variable + "=" + value + " is refused", () -> {
                                names(refusal.get(), variable, value);
                                names(refusal.get(), variable, allowed.getOrDefault(variable, ""));
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
            Memoized<GatewayDidNotStart> refusal = new Memoized<>(() -> refused(list, environment));
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
                GatewayDidNotStart refusal = refused(list, Map.of("UPSTREAM_HOST", value));
                names(refusal, "UPSTREAM_HOST", "UPSTREAM_HOST");
                Expect.holds(
                        !refusal.getMessage().contains("s3cret"),
                        "UPSTREAM_HOST=" + value + "; its user info is printed: " + refusal.getMessage());
            });
        }
        list.add("5", Check.Severity.SHOULD, "a query in UPSTREAM_HOST is not printed", () -> {
            GatewayDidNotStart refusal = refused(list, Map.of("UPSTREAM_HOST", "https://k.example/?token=s3cret"));
            Expect.holds(!refusal.getMessage().contains("s3cret"), "a query is printed: " + refusal.getMessage());
        });
    }

    private static void reports(CheckList list) {
        list.add("5", Check.Severity.MUST, "all mistakes are reported at once, on standard error", () -> {
            Map<String, String> wrong = Map.of(
                    "UPSTREAM_HOST", "ftp://k.example",
                    "UPSTREAM_TIMEOUT_SECONDS", "0",
                    "CACHE_TTL_SECONDS", "x",
                    "CLIENT_CACHE_TTL_SECONDS", "x",
                    "JWKS_CLIENT_CACHE_TTL_SECONDS", "y",
                    "PRETTY_PRINT_JSON", "x",
                    "HEALTH_MAX_STALE_SECONDS", "x",
                    "LOG_LEVEL", "x",
                    "LOG_FORMAT", "x");
            GatewayDidNotStart refusal = refused(list, wrong);
            wrong.forEach((variable, value) -> names(refusal, variable, value));
            Expect.equal("what standard output carries", List.of(), refusal.output());
            Expect.holds(
                    !refusal.errors().contains("\tat ") && !refusal.errors().contains("Exception"),
                    "a mistake in the configuration prints a stack trace: " + refusal.errors());
        });
        list.add(
                "5",
                Check.Severity.MUST,
                "a variable that means nothing is ignored",
                () -> list.delivery()
                        .start(Map.of("KUBERNETES_SERVICE_PORT", "tcp://10.0.0.1:443", "LISTEN_PORTS", "x"))
                        .close());
        for (String address : List.of("256.256.256.256", "no-such-host.invalid", "192.0.2.1")) {
            list.add(
                    "5",
                    Check.Severity.SHOULD,
                    "a LISTEN_ADDR that is none ends the process with one clear line: " + address,
                    () -> {
                        try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_ADDR", address))) {
                            throw new AssertionError("LISTEN_ADDR=" + address + "; it listens on " + gateway.baseUri());
                        } catch (GatewayDidNotStart e) {
                            Expect.holds(e.getMessage().contains(address), "the address is not named: " + e);
                            Expect.holds(
                                    !e.getMessage().contains("\tat ")
                                            && !e.getMessage().contains("null"),
                                    "there is a stack trace, or no reason: " + e.getMessage());
                        }
                    });
        }
        Map<String, String> nearMisses = Map.of(
                "CACHE_TTL", "CACHE_TTL_SECONDS",
                "UPSTREAM_URL", "UPSTREAM_HOST",
                "PRETTY_PRINT", "PRETTY_PRINT_JSON",
                "LOGLEVEL", "LOG_LEVEL");
        nearMiss(list, "a variable that looks like one of these", nearMisses);
        nearMiss(list, "LISTENPORT", Map.of("LISTENPORT", "LISTEN_PORT"));
        List<String> strangers = List.of(
                "KUBERNETES_SERVICE_PORT", "KUBERNETES_PORT_443_TCP_ADDR", "PORT", "JAVA_VERSION", "HOSTNAME", "LANG");
        list.add("5", Check.Severity.MUST, "a variable that looks like none of these is no WARN", () -> {
            Map<String, String> environment = new HashMap<>();
            strangers.forEach(stranger -> environment.put(stranger, "tcp://10.0.0.1:443"));
            try (StartedGateway gateway = list.delivery().start(environment)) {
                for (String stranger : strangers) {
                    Expect.holds(
                            gateway.log().stream()
                                    .noneMatch(line ->
                                            line.contains("WARN") && line.matches(".*\\b" + stranger + "\\b.*")),
                            stranger + " is a WARN: " + gateway.log());
                }
            }
        });
    }

    private static void effects(CheckList list) {
        for (String seconds : List.of("0", "31536000")) {
            list.must(
                    "5",
                    "CLIENT_CACHE_TTL_SECONDS=" + seconds + " is what clients are told",
                    Map.of("CLIENT_CACHE_TTL_SECONDS", seconds),
                    bed -> Expect.that(bed.getJwks()).status(200).field("Cache-Control", "public, max-age=" + seconds));
        }
        for (String value : List.of("0", "F", "1", "t")) {
            boolean pretty = value.matches("(?i)1|t|true");
            list.must(
                    "5",
                    "PRETTY_PRINT_JSON=" + value + (pretty ? " indents" : " sends upstream's bytes"),
                    Map.of("PRETTY_PRINT_JSON", value),
                    bed -> Expect.that(bed.getJwks())
                            .status(200)
                            .demand(
                                    bed.getJwks().text().contains("\n  \"") == pretty,
                                    pretty ? "expected indentation" : "expected none"));
        }
        list.add("5", Check.Severity.MUST, "LISTEN_ADDR is where it listens", () -> {
            try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_ADDR", "127.0.0.2"))) {
                Expect.equal(
                        "the address listened on",
                        "127.0.0.2",
                        gateway.baseUri().getHost());
                Expect.that(RawHttp.exchange(gateway.baseUri(), TestBed.request("GET", "/other")))
                        .status(404);
            }
        });
    }

    private static void nearMiss(CheckList list, String what, Map<String, String> meant) {
        list.add("5", Check.Severity.MUST, what + " is a WARN at the start that names the one that is meant", () -> {
            Map<String, String> environment = new HashMap<>();
            meant.keySet().forEach(wrong -> environment.put(wrong, "7"));
            try (StartedGateway gateway = list.delivery().start(environment)) {
                meant.forEach((wrong, right) -> Await.until(
                        Duration.ofSeconds(20),
                        "a WARN that names " + wrong + " and " + right,
                        () -> gateway.log().stream()
                                .anyMatch(line -> line.contains("WARN")
                                        && line.replace(right, "").contains(wrong)
                                        && line.replaceFirst(wrong + "(?!\\w)", "")
                                                .contains(right))));
            }
        });
    }

    private static void notNamed(GatewayDidNotStart refusal, String variable) {
        names(refusal, "LOG_FORMAT", "xml");
        Expect.holds(!refusal.errors().contains(variable), variable + " is complained of: " + refusal.errors());
    }

    static GatewayDidNotStart refused(CheckList list, Map<String, String> environment) {
        try (StartedGateway gateway = list.delivery().start(environment)) {
            throw new AssertionError(environment + "; it listens on " + gateway.baseUri());
        } catch (GatewayDidNotStart e) {
            Expect.holds(
                    e.exitStatus().equals(OptionalInt.of(2)),
                    environment + "; the exit status is " + e.exitStatus() + " instead of 2, " + e.getMessage());
            return e;
        }
    }

    static void names(GatewayDidNotStart refusal, String variable, String word) {
        List<String> lines = new ArrayList<>(refusal.errors().lines().toList());
        Expect.holds(
                lines.stream().anyMatch(line -> line.contains(variable) && line.contains(word)),
                "standard error has no line with " + variable + " and '" + word + "': " + refusal.errors());
    }

    private static void logSays(StartedGateway gateway, String variable, String value) {
        Pattern setting = Pattern.compile("\\b" + variable + "\\W{1,4}" + Pattern.quote(value) + "(?![\\w.])");
        Expect.holds(
                gateway.log().stream().anyMatch(line -> setting.matcher(line).find()),
                "the log does not say that " + variable + " is " + value + ": " + gateway.log());
    }
}
