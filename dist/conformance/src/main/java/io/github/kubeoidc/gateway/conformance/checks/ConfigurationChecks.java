// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Section 5: what happens by default, how mistakes are reported, and what variables do. */
final class ConfigurationChecks {

    private ConfigurationChecks() {}

    static void checks(CheckList list) {
        defaults(list);
        reports(list);
        effects(list);
    }

    private static void defaults(CheckList list) {
        Map<String, String> defaults = new HashMap<>(Map.of(
                "UPSTREAM_HOST", "https://kubernetes.default.svc",
                "UPSTREAM_TIMEOUT_SECONDS", "5",
                "CACHE_TTL_SECONDS", "60",
                "CLIENT_CACHE_TTL_SECONDS", "3600",
                "JWKS_CLIENT_CACHE_TTL_SECONDS", "3600",
                "PRETTY_PRINT_JSON", "true",
                "HEALTH_MAX_STALE_SECONDS", "0",
                "LOG_LEVEL", "INFO",
                "LOG_FORMAT", "text"));
        defaults.put("SA_TOKEN_PATH", "/var/run/secrets/kubernetes.io/serviceaccount/token");
        defaults.put("SA_CA_CERT_PATH", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
        Map<String, String> empty = new HashMap<>(defaults);
        empty.replaceAll((variable, value) -> "");
        logged(list, "what is not set has its default, and the log says so", Map.of(), defaults);
        logged(list, "an empty value means the default", empty, defaults);
        logged(
                list,
                "SHUTDOWN_DELAY_SECONDS and IDLE_TIMEOUT_SECONDS have defaults",
                Map.of("IDLE_TIMEOUT_SECONDS", ""),
                Map.of("SHUTDOWN_DELAY_SECONDS", "0", "IDLE_TIMEOUT_SECONDS", "75"));
        logged(
                list,
                "JWKS_CLIENT_CACHE_TTL_SECONDS is CLIENT_CACHE_TTL_SECONDS by default",
                Map.of("CLIENT_CACHE_TTL_SECONDS", "1234"),
                Map.of("JWKS_CLIENT_CACHE_TTL_SECONDS", "1234"));
        list.must("an empty LISTEN_PORT means 8080", () -> {
            try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_PORT", ""))) {
                Expect.equal("the port listened on", 8080, gateway.baseUri().getPort());
            } catch (GatewayDidNotStart e) {
                // Somebody else may have that port.
                Expect.holds(e.getMessage().contains("8080"), "LISTEN_PORT is empty; 8080 is not tried: " + e);
                Expect.equal("the exit status", OptionalInt.of(1), e.exitStatus());
            }
        });
        list.must(
                "an empty LISTEN_ADDR means 0.0.0.0",
                TestBed.alone(Map.of("LISTEN_ADDR", "")),
                bed -> Expect.equal(
                        "the address listened on", "0.0.0.0", bed.baseUri().getHost()));
    }

    private static void logged(
            CheckList list, String sentence, Map<String, String> environment, Map<String, String> effective) {
        list.must(
                sentence,
                TestBed.alone(environment),
                bed -> effective.forEach((variable, value) -> {
                    Pattern setting =
                            Pattern.compile("\\b" + variable + "\\W{1,4}" + Pattern.quote(value) + "(?![\\w.])");
                    Expect.holds(
                            bed.log().anyMatch(line -> setting.matcher(line).find()),
                            "the log does not say that " + variable + " is " + value + ": "
                                    + bed.log().toList());
                }));
    }

    private static void reports(CheckList list) {
        list.must("all mistakes are reported at once, on standard error", () -> {
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
            Refusal refusal = list.refused(wrong);
            wrong.forEach(refusal::names);
            Expect.equal(
                    "what standard output carries", List.of(), refusal.end().output());
            String errors = refusal.end().errors();
            Expect.holds(
                    !errors.contains("\tat ") && !errors.contains("Exception"),
                    "a mistake in the configuration prints a stack trace: " + errors);
        });
        list.must(
                "a variable that means nothing is ignored",
                TestBed.alone(Map.of("KUBERNETES_SERVICE_PORT", "tcp://10.0.0.1:443", "LISTEN_PORTS", "x")),
                bed -> {});
        for (String address : List.of("256.256.256.256", "no-such-host.invalid", "192.0.2.1")) {
            list.should("a LISTEN_ADDR that is none ends the process with one clear line: " + address, () -> {
                try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_ADDR", address))) {
                    throw new AssertionError("LISTEN_ADDR=" + address + "; it listens on " + gateway.baseUri());
                } catch (GatewayDidNotStart e) {
                    Expect.holds(e.getMessage().contains(address), "the address is not named: " + e);
                    Expect.holds(
                            !e.getMessage().contains("\tat ") && !e.getMessage().contains("null"),
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
        String stranger = "tcp://10.0.0.1:443";
        Map<String, String> strangers = Map.of(
                "KUBERNETES_SERVICE_PORT", stranger,
                "KUBERNETES_PORT_443_TCP_ADDR", stranger,
                "PORT", stranger,
                "JAVA_VERSION", stranger,
                "HOSTNAME", stranger,
                "LANG", stranger);
        list.must("a variable that looks like none of these is no WARN", TestBed.alone(strangers), bed -> {
            for (String name : strangers.keySet()) {
                Expect.holds(
                        bed.log("WARN").noneMatch(line -> line.matches(".*\\b" + name + "\\b.*")),
                        name + " is a WARN: " + bed.log().toList());
            }
        });
    }

    private static void effects(CheckList list) {
        for (String seconds : List.of("0", "31536000")) {
            list.must(
                    "CLIENT_CACHE_TTL_SECONDS=" + seconds + " is what clients are told",
                    Map.of("CLIENT_CACHE_TTL_SECONDS", seconds),
                    bed -> Expect.that(bed.getJwks()).status(200).field("Cache-Control", "public, max-age=" + seconds));
        }
        for (String value : List.of("0", "F", "1", "t")) {
            boolean pretty = value.matches("(?i)1|t|true");
            list.must(
                    "PRETTY_PRINT_JSON=" + value + (pretty ? " indents" : " sends upstream's bytes"),
                    Map.of("PRETTY_PRINT_JSON", value),
                    bed -> Expect.that(bed.getJwks())
                            .status(200)
                            .demand(
                                    bed.getJwks().text().contains("\n  \"") == pretty,
                                    pretty ? "expected indentation" : "expected none"));
        }
        list.must("LISTEN_ADDR is where it listens", TestBed.alone(Map.of("LISTEN_ADDR", "127.0.0.2")), bed -> {
            Expect.equal("the address listened on", "127.0.0.2", bed.baseUri().getHost());
            Expect.that(bed.get("/other")).status(404);
        });
    }

    private static void nearMiss(CheckList list, String what, Map<String, String> meant) {
        Map<String, String> environment = new HashMap<>(meant);
        environment.replaceAll((wrong, right) -> "7");
        list.must(
                what + " is a WARN at the start that names the one that is meant",
                TestBed.alone(environment),
                bed -> meant.forEach((wrong, right) -> Await.until(
                        Duration.ofSeconds(20),
                        "a WARN that names " + wrong + " and " + right,
                        () -> bed.log("WARN")
                                .anyMatch(line -> line.replace(right, "").contains(wrong)
                                        && line.replaceFirst(wrong + "(?!\\w)", "")
                                                .contains(right)))));
    }
}
