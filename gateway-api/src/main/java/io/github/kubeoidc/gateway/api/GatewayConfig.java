// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The gateway's configuration: immutable, complete and valid. */
public final class GatewayConfig {
    private static final Variable<String> LISTEN_ADDR = Variable.address("LISTEN_ADDR", "0.0.0.0", "bind address");
    private static final Variable<Integer> LISTEN_PORT =
            Variable.integer("LISTEN_PORT", 0, 65535, 8080, "0 takes a free port; the log says which");
    private static final Variable<URI> UPSTREAM_HOST = new Variable<>(
            "UPSTREAM_HOST",
            UpstreamUrl.ALLOWED,
            "https://kubernetes.default.svc",
            "base URL of the API server, a path prefix allowed",
            UpstreamUrl::parse,
            UpstreamUrl::redact);
    private static final Variable<Duration> UPSTREAM_TIMEOUT_SECONDS =
            Variable.seconds("UPSTREAM_TIMEOUT_SECONDS", 1, 300, 5, "bound of one whole exchange with the API server");
    private static final Variable<Duration> CACHE_TTL_SECONDS =
            Variable.seconds("CACHE_TTL_SECONDS", 0, 86400, 60, "how long a fetched document is fresh");
    private static final Variable<Duration> CLIENT_CACHE_TTL_SECONDS =
            Variable.seconds("CLIENT_CACHE_TTL_SECONDS", 0, 31536000, 3600, "max-age that relying parties are told");
    private static final Variable<Boolean> PRETTY_PRINT_JSON =
            Variable.bool("PRETTY_PRINT_JSON", true, "indent documents; false sends upstream's bytes");
    private static final Variable<Path> SA_TOKEN_PATH = Variable.path(
            "SA_TOKEN_PATH",
            "/var/run/secrets/kubernetes.io/serviceaccount/token",
            "the ServiceAccount token, read anew for every fetch");
    private static final Variable<Path> SA_CA_CERT_PATH = Variable.path(
            "SA_CA_CERT_PATH",
            "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
            "PEM certificates that alone are trusted, read anew for every fetch");
    private static final Variable<Duration> SHUTDOWN_DELAY_SECONDS =
            Variable.seconds("SHUTDOWN_DELAY_SECONDS", 0, 300, 0, "how long connections are accepted after SIGTERM");
    private static final Variable<Duration> HEALTH_MAX_STALE_SECONDS = Variable.seconds(
            "HEALTH_MAX_STALE_SECONDS", 0, 2592000, 0, "how long health stays 200 while the API server is away");
    private static final Variable<Optional<Path>> CACHE_DIR = Variable.optionalDirectory(
            "CACHE_DIR", "where the last good documents are kept, so that a restart does not lose them");
    private static final Variable<LogLevel> LOG_LEVEL =
            Variable.oneOf("LOG_LEVEL", LogLevel.class, UnaryOperator.identity(), LogLevel.INFO, "how much is logged");
    private static final Variable<LogFormat> LOG_FORMAT = Variable.oneOf(
            "LOG_FORMAT",
            LogFormat.class,
            name -> name.toLowerCase(Locale.ROOT),
            LogFormat.TEXT,
            "how a log line is written");

    private static final List<Variable<?>> VARIABLES = List.of(
            LISTEN_ADDR,
            LISTEN_PORT,
            UPSTREAM_HOST,
            UPSTREAM_TIMEOUT_SECONDS,
            CACHE_TTL_SECONDS,
            CLIENT_CACHE_TTL_SECONDS,
            PRETTY_PRINT_JSON,
            SA_TOKEN_PATH,
            SA_CA_CERT_PATH,
            SHUTDOWN_DELAY_SECONDS,
            HEALTH_MAX_STALE_SECONDS,
            CACHE_DIR,
            LOG_LEVEL,
            LOG_FORMAT);

    private final Map<Variable<?>, Object> values;
    private final String effective;

    private GatewayConfig(Map<Variable<?>, Object> values, String effective) {
        this.values = values;
        this.effective = effective;
    }

    /**
     * Reads the configuration.
     *
     * @param source gives the text of a variable by its name, {@code null} or an empty one where it is not set
     * @return the configuration, with defaults for what is not set
     * @throws ConfigurationException if values are invalid; its message names all of them
     */
    public static GatewayConfig from(Function<String, @Nullable String> source) throws ConfigurationException {
        // There is one of each. To hash a record would make a start longer.
        Map<Variable<?>, Object> values = new IdentityHashMap<>();
        List<String> effective = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Variable<?> variable : VARIABLES) {
            String text = source.apply(variable.name());
            Object value = variable.read(text, problems::add);
            if (value != null) {
                values.put(variable, value);
                effective.add(variable.name() + "=" + (text == null || text.isEmpty() ? variable.defaultText() : text));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new GatewayConfig(values, String.join(" ", effective));
    }

    /**
     * Describes every variable: its name, what it is for, the values allowed and the default.
     *
     * @return lines of text, as {@code --help} prints them
     */
    public static String help() {
        return VARIABLES.stream()
                .map(v -> "  %-25s %s%n  %-25s allowed: %s; default: %s%n"
                        .formatted(
                                v.name(),
                                v.description(),
                                "",
                                v.allowed(),
                                v.defaultText().isEmpty() ? "unset" : v.defaultText()))
                .collect(Collectors.joining());
    }

    /**
     * Returns the address to bind to.
     *
     * @return an IP address or a host name
     */
    public String listenAddress() {
        return get(LISTEN_ADDR);
    }

    /**
     * Returns the port to listen on.
     *
     * @return 0 to 65535, 0 for any free one
     */
    public int listenPort() {
        return get(LISTEN_PORT);
    }

    /**
     * Returns the base URL of the API server.
     *
     * @return an absolute URL that does not end in a slash; {@code http} only with a loopback address
     */
    public URI upstreamHost() {
        return get(UPSTREAM_HOST);
    }

    /**
     * Returns the bound of one exchange with the API server, from name resolution to the last byte of the body.
     *
     * @return 1 to 300 seconds
     */
    public Duration upstreamTimeout() {
        return get(UPSTREAM_TIMEOUT_SECONDS);
    }

    /**
     * Returns how long a fetched document is fresh.
     *
     * @return 0 to 86400 seconds; with 0 every request fetches
     */
    public Duration cacheTtl() {
        return get(CACHE_TTL_SECONDS);
    }

    /**
     * Returns how long relying parties may keep a document ({@code max-age}, RFC 9111, section 5.2.2.1).
     *
     * @return 0 to 31536000 seconds
     */
    public Duration clientCacheTtl() {
        return get(CLIENT_CACHE_TTL_SECONDS);
    }

    /**
     * Tells whether documents are indented.
     *
     * @return {@code false} if upstream's bytes are sent as they are
     */
    public boolean prettyPrintJson() {
        return get(PRETTY_PRINT_JSON);
    }

    /**
     * Returns where the ServiceAccount token is.
     *
     * @return a path at which there need not be a file yet
     */
    public Path tokenPath() {
        return get(SA_TOKEN_PATH);
    }

    /**
     * Returns where the trusted certificates are.
     *
     * @return a path at which there need not be a file yet
     */
    public Path caCertPath() {
        return get(SA_CA_CERT_PATH);
    }

    /**
     * Returns how long connections are accepted after the order to stop.
     *
     * @return 0 to 300 seconds
     */
    public Duration shutdownDelay() {
        return get(SHUTDOWN_DELAY_SECONDS);
    }

    /**
     * Returns how long after the last good fetch health is good while the API server is away.
     *
     * @return 0 to 2592000 seconds; with 0 health asks the API server
     */
    public Duration healthMaxStale() {
        return get(HEALTH_MAX_STALE_SECONDS);
    }

    /**
     * Returns where the last good documents are kept.
     *
     * @return a directory that could be written to when the configuration was read; empty if they are kept in memory only
     */
    public Optional<Path> cacheDirectory() {
        return get(CACHE_DIR);
    }

    /**
     * Returns how much is logged.
     *
     * @return the level
     */
    public LogLevel logLevel() {
        return get(LOG_LEVEL);
    }

    /**
     * Returns how a log line is written.
     *
     * @return the format
     */
    public LogFormat logFormat() {
        return get(LOG_FORMAT);
    }

    /**
     * Returns the effective configuration.
     *
     * @return {@code NAME=value} pairs, defaults included; no secret can be among them
     */
    @Override
    public String toString() {
        return effective;
    }

    // A variable's value was put under it by its own parser.
    @SuppressWarnings("unchecked")
    private <T> T get(Variable<T> variable) {
        return (T) values.get(variable);
    }
}
