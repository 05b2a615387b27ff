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
import java.util.regex.Pattern;

/** Section 5: what happens by default, how mistakes are reported, and what variables do. */
final class ConfigurationChecks {

    private ConfigurationChecks() {}

    static List<Check> checks(CheckList list) {
        defaults(list);
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
