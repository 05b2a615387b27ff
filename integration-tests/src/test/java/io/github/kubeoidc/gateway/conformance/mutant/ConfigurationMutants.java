// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of section 5: defaults, what is allowed, and what is said of mistakes. */
final class ConfigurationMutants {

    private ConfigurationMutants() {}

    static List<Mutant> all() {
        return Stream.of(defaults(), mistakes(), effects())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> defaults() {
        return List.of(
                mutant("has a TTL of 30 s by default", "5 (what is not set|an empty value)")
                        .edit(
                                "GatewayConfig",
                                "\"CACHE_TTL_SECONDS\", 0, 86400, \"60\"",
                                "\"CACHE_TTL_SECONDS\", 0, 86400, \"30\""),
                mutant("listens on 8443 by default", "5 an empty LISTEN_PORT")
                        .edit("GatewayConfig", "0, 65535, 8080", "0, 65535, 8443"),
                mutant("listens on loopback by default", "5 an empty LISTEN_ADDR")
                        .edit("GatewayConfig", "\"LISTEN_ADDR\", \"0.0.0.0\"", "\"LISTEN_ADDR\", \"127.0.0.1\""),
                mutant("takes an empty value for a mistake", "5 an empty")
                        .edit("Variables", ".filter(text -> !text.isEmpty());", ";"),
                mutant("does not log what it runs with", "5 (what is not set|an empty value)|6\\.4 at the start")
                        .edit(
                                "Gateway",
                                "\"kube-oidc-gateway {} starts with {}\", Version.current(), config",
                                "\"kube-oidc-gateway {} starts\", Version.current()"),
                mutant("refuses what is the default anyway", "5 LOG_LEVEL=INFO")
                        .entitled("[1-7]")
                        .insertAfter(
                                "Variables",
                                "T value = parser.apply(text);",
                                "if (defaultText.equals(configured)) problems.add(name + \" has that value\");"),
                mutant("has something to say of every variable", "5 a variable that means nothing")
                        .edit(
                                "Variables",
                                "if (!problems.isEmpty()) {",
                                "if (lookup.apply(\"KUBERNETES_SERVICE_PORT\") != null) problems.add(\"KUBERNETES_SERVICE_PORT is unknown\");\n        if (!problems.isEmpty()) {"));
    }

    private static List<Mutant> mistakes() {
        return List.of(
                mutant("takes the default instead of a mistake", "5 .*(is refused|are reported)")
                        .entitled("[56]")
                        .edit(
                                "Variables",
                                "if (value == null) {",
                                "if (value == null) { value = parser.apply(defaultText); }\n        if (value == null) {"),
                mutant("takes numbers beyond their bounds", "5 \\S+ is refused when it is (below|above)")
                        .entitled("5")
                        .edit("Variables", "value < min || value > max ? null : value", "value"),
                mutant("does not take the bounds themselves", "5 [A-Z_]+=\\d+ is accepted")
                        .entitled("[1-7]")
                        .edit("Variables", "value < min || value > max", "value <= min || value >= max"),
                mutant("takes numbers with a unit", "5 \\S+ is refused when it is a number with a unit")
                        .edit(
                                "Variables",
                                "Integer seconds = number(text, min, max);",
                                "Integer seconds = number(text.replace(\"s\", \"\"), min, max);"),
                mutant("takes yes and no", "5 PRETTY_PRINT_JSON=yes is refused")
                        .edit(
                                "Variables",
                                "case \"true\", \"1\", \"t\" -> true;",
                                "case \"true\", \"1\", \"t\", \"yes\", \"on\" -> true;"),
                mutant("takes any other word for false", "5 PRETTY_PRINT_JSON=.* is refused|5 all mistakes")
                        .edit(
                                "Variables",
                                "case \"false\", \"0\", \"f\" -> false;\n                    default -> null;",
                                "default -> false;"),
                mutant("knows no word for a boolean", "5 PRETTY_PRINT_JSON=")
                        .entitled("[1-7]")
                        .edit("Variables", "case \"true\", \"1\", \"t\" -> true;", "case \"on\" -> true;")
                        .edit("Variables", "case \"false\", \"0\", \"f\" -> false;", "case \"off\" -> false;")
                        .edit(
                                "Variables",
                                "String text = configured(name).orElse(defaultText);",
                                "String text = configured(name).orElse(defaultText); if (configured(name).isEmpty() && name.startsWith(\"PRETTY\")) { text = \"on\"; }"),
                mutant("reads booleans with their case", "5 PRETTY_PRINT_JSON=.*[A-Z]\\S* (is accepted|sends)")
                        .edit("Variables", "switch (lowerCase(text))", "switch (text)"),
                mutant("knows no log level but INFO", "5 LOG_LEVEL=")
                        .entitled("6")
                        .edit("LogLevel", "    ERROR,", "    FATAL,")
                        .edit("LogLevel", "    WARN,", "    WARNING,")
                        .edit("LogLevel", "    DEBUG", "    FINE")
                        .edit("Log", "level == LogLevel.DEBUG", "level == LogLevel.FINE")
                        .edit("Log", "Level.valueOf(level.name())", "Level.valueOf(\"INFO\")")
                        .edit("Log", "case DEBUG -> Level.INFO;", "case FINE -> Level.INFO;")
                        .edit("Log", "case INFO, WARN -> Level.WARN;", "case INFO, WARNING -> Level.WARN;")
                        .edit("Log", "case ERROR -> Level.ERROR;", "case FATAL -> Level.ERROR;"),
                mutant("knows log levels of other loggers", "5 LOG_LEVEL=TRACE is refused")
                        .edit("LogLevel", "    ERROR,", "    TRACE, ERROR,")
                        .edit("Log", "case DEBUG -> Level.INFO;", "case DEBUG, TRACE -> Level.INFO;"),
                mutant("knows a log format more", "5 LOG_FORMAT=xml")
                        .entitled("5")
                        .edit("LogFormat", "    JSON", "    JSON, XML"),
                mutant("takes any URL as UPSTREAM_HOST", "5 UPSTREAM_HOST=.* is refused|5 all mistakes")
                        .edit("UpstreamUrl", "if (!safe", "if (!safe && false"),
                mutant("sends the token in clear", "5 UPSTREAM_HOST=http://\\S+ is refused")
                        .edit(
                                "UpstreamUrl",
                                "|| scheme.equals(\"http\") && LOOPBACK.matcher(host).matches()",
                                "|| scheme.equals(\"http\")"),
                mutant(
                                "takes 127.0.0.1 and localhost by their beginning",
                                "5 UPSTREAM_HOST=http://(127|localhost)\\S+k\\.example is refused")
                        .edit("UpstreamUrl", "LOOPBACK.matcher(host).matches()", "LOOPBACK.matcher(host).lookingAt()"),
                mutant("takes no name as UPSTREAM_HOST", "5 UPSTREAM_HOST=http\\S* is accepted")
                        .entitled("5 (what|an empty)")
                        .edit("UpstreamUrl", "|| host.isEmpty()", "|| !host.matches(\"127\\\\.0[0-9.]*\")"),
                mutant("knows one loopback address", "5 UPSTREAM_HOST=http://\\S* is accepted")
                        .edit("UpstreamUrl", "LOOPBACK.matcher(host).matches()", "host.equals(\"127.0.0.1\")"),
                mutant("prints user info", "5 UPSTREAM_HOST=.* without printing it")
                        .edit(
                                "GatewayConfig",
                                "UpstreamUrl::parse,\n                        UpstreamUrl::redact",
                                "UpstreamUrl::parse,\n                        UnaryOperator.identity()"),
                mutant(
                                "takes user info",
                                "5 UPSTREAM_HOST=https://\\S*@k.example is refused without|5 UPSTREAM_HOST=http\\S*@k.example is refused without")
                        .edit("UpstreamUrl", "|| uri.getRawAuthority().indexOf('@') >= 0", ""),
                mutant("reports one mistake only", "5 all mistakes")
                        .entitled("5")
                        .edit("Variables", "problems.add(name + ", "if (problems.isEmpty()) problems.add(name + "),
                mutant("does not say what is allowed", "5 (all mistakes|\\S+ is refused when it is|LOG_FORMAT)")
                        .entitled("5")
                        .edit("Variables", "\"\\\": allowed is \" + allowed", "\"\\\"\""),
                mutant(
                                "ends with 1 after a mistake",
                                "5 (all mistakes|\\S+ is refused when it is no number|LOG_LEVEL=loud)")
                        .entitled("5")
                        .edit("Main", "MISUSED = 2", "MISUSED = 1"),
                mutant("prints a stack trace of a mistake", "5 all mistakes")
                        .edit(
                                "Main",
                                "exit(MISUSED, e.getMessage());",
                                "e.printStackTrace(System.err); exit(MISUSED, e.getMessage());"),
                mutant("logs before it has read its configuration", "5 all mistakes")
                        .edit(
                                "Main",
                                "GatewayConfig config = GatewayConfig.from(System::getenv);",
                                "Log.configure(io.github.kubeoidc.gateway.api.LogLevel.INFO, io.github.kubeoidc.gateway.api.LogFormat.TEXT); Log.lifecycle(\"reading\"); GatewayConfig config; try { config = GatewayConfig.from(System::getenv); } catch (ConfigurationException e) { Log.stop(); throw e; }"));
    }

    private static List<Mutant> effects() {
        return List.of(
                mutant("tells clients an hour, whatever is configured", "5 CLIENT_CACHE")
                        .edit("CachePolicy", "config.clientCacheTtl().toSeconds()", "3600"),
                mutant("listens where it wants", "5 (LISTEN_ADDR is|an empty LISTEN_ADDR)")
                        .edit("GatewayServer", "setHost(config.listenAddress())", "setHost(\"127.0.0.1\")"));
    }
}
