// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static io.github.kubeoidc.gateway.api.ValueKind.BOOLEAN;
import static io.github.kubeoidc.gateway.api.ValueKind.PATH;
import static io.github.kubeoidc.gateway.api.ValueKind.PORT;
import static io.github.kubeoidc.gateway.api.ValueKind.oneOf;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's configuration: immutable, complete and valid.
 *
 * @param listenAddress the IP address or host name to bind to
 * @param listenPort the port to listen on, 0 to 65535; 0 for any free one
 * @param idleTimeout how long a client's idle connection stays open, 5 to 3600 seconds
 * @param upstreamHost the base URL of the API server, without a slash at its end; {@code http} only with a loopback address
 * @param upstreamTimeout the bound of one exchange with the API server, from name resolution to the last byte of the body, 1
 *     to 300 seconds
 * @param cacheTtl how long a fetched document is fresh, 0 to 86400 seconds; with 0 every request fetches
 * @param clientCacheTtl how long relying parties may keep a document ({@code max-age}, RFC 9111, section 5.2.2.1), 0 to
 *     31536000 seconds
 * @param jwksClientCacheTtl the same for the key set
 * @param prettyPrintJson whether documents are indented; otherwise upstream's bytes are sent as they are
 * @param tokenPath where the ServiceAccount token is; there need not be a file yet
 * @param caCertPath where the trusted certificates are; there need not be a file yet
 * @param shutdownDelay how long connections are accepted after the order to stop, 0 to 300 seconds
 * @param jwksUri what is published as {@code jwks_uri}, an https URL; empty for what upstream sends
 * @param expectedIssuer the one issuer whose documents are accepted; empty for any
 * @param healthMaxStale how long after the last good fetch health is good while the API server is away, 0 to 2592000
 *     seconds; with 0 health asks the API server
 * @param cacheDirectory where the last good documents are kept; it could be written to when the configuration was read.
 *     Empty if they are kept in memory only
 * @param tlsCertPath where the certificate chain of the server is; empty, as {@code tlsKeyPath}, if it speaks clear text
 * @param tlsKeyPath where the private key for it is
 * @param metricsPort the port of the metrics, 0 to 65535; 0 for any free one. Empty if there are none
 * @param pathPrefix what stands before the paths of the documents, without a slash at its end; an empty text for nothing
 * @param discoveryExtraMembers one strict JSON object (RFC 8259) of at most 16 KiB, without {@code issuer} and
 *     {@code jwks_uri}, whose members are added to the discovery document; empty for none
 * @param logLevel how much is logged
 * @param logFormat how a log line is written
 * @param effective the whole as {@code NAME=value} pairs, defaults included; no secret can be among them
 */
public record GatewayConfig(
        String listenAddress,
        int listenPort,
        Duration idleTimeout,
        URI upstreamHost,
        Duration upstreamTimeout,
        Duration cacheTtl,
        Duration clientCacheTtl,
        Duration jwksClientCacheTtl,
        boolean prettyPrintJson,
        Path tokenPath,
        Path caCertPath,
        Duration shutdownDelay,
        Optional<String> jwksUri,
        Optional<String> expectedIssuer,
        Duration healthMaxStale,
        Optional<Path> cacheDirectory,
        Optional<Path> tlsCertPath,
        Optional<Path> tlsKeyPath,
        Optional<Integer> metricsPort,
        String pathPrefix,
        Optional<String> discoveryExtraMembers,
        LogLevel logLevel,
        LogFormat logFormat,
        String effective) {

    /** The variables whose effect a servlet container decides in place of the gateway. */
    private static final Set<String> EMBEDDED_SERVER_ONLY = Set.of(
            "LISTEN_ADDR",
            "LISTEN_PORT",
            "IDLE_TIMEOUT_SECONDS",
            "SHUTDOWN_DELAY_SECONDS",
            "TLS_CERT_FILE",
            "TLS_KEY_FILE");

    private static final int YEAR_SECONDS = 31536000;

    /** Every variable: its name, the values it takes, its default, and what it is for. */
    private static GatewayConfig read(Variables in, boolean embedded) {
        return new GatewayConfig(
                in.read("LISTEN_ADDR", ValueKind.ADDRESS, "0.0.0.0", "bind address"),
                in.read("LISTEN_PORT", PORT, "8080", "0 takes a free port; the log says which"),
                in.seconds("IDLE_TIMEOUT_SECONDS", 5, 3600, "75", "how long a client's idle connection stays open"),
                in.read(
                        "UPSTREAM_HOST",
                        UpstreamUrl.KIND,
                        "https://kubernetes.default.svc",
                        "base URL of the API server, a path prefix allowed"),
                in.seconds("UPSTREAM_TIMEOUT_SECONDS", 1, 300, "5", "bound of one whole exchange with the API server"),
                in.seconds("CACHE_TTL_SECONDS", 0, 86400, "60", "how long a fetched document is fresh"),
                in.seconds(
                        "CLIENT_CACHE_TTL_SECONDS", 0, YEAR_SECONDS, "3600", "max-age that relying parties are told"),
                in.seconds(
                        "JWKS_CLIENT_CACHE_TTL_SECONDS",
                        0,
                        YEAR_SECONDS,
                        in.text("CLIENT_CACHE_TTL_SECONDS"),
                        "the same for the key set; if unset, that of CLIENT_CACHE_TTL_SECONDS"),
                in.read("PRETTY_PRINT_JSON", BOOLEAN, "true", "indent documents; false sends upstream's bytes"),
                in.read(
                        "SA_TOKEN_PATH",
                        PATH,
                        "/var/run/secrets/kubernetes.io/serviceaccount/token",
                        "the ServiceAccount token, read anew for every fetch"),
                in.read(
                        "SA_CA_CERT_PATH",
                        PATH,
                        "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
                        "PEM certificates that alone are trusted, read anew for every fetch"),
                in.seconds("SHUTDOWN_DELAY_SECONDS", 0, 300, "0", "how long connections are accepted after SIGTERM"),
                in.optional(
                        "JWKS_URI",
                        WebUrl.JWKS_URI,
                        "published as jwks_uri in place of what the API server says, often an internal address"),
                in.optional(
                        "EXPECTED_ISSUER",
                        WebUrl.ISSUER,
                        "the only issuer whose discovery document and key set are accepted"),
                in.seconds(
                        "HEALTH_MAX_STALE_SECONDS",
                        0,
                        2592000,
                        "0",
                        "how long health stays 200 while the API server is away"),
                in.optional(
                        "CACHE_DIR",
                        ValueKind.DIRECTORY,
                        "where the last good documents are kept, so that a restart does not lose them"),
                in.optional(
                        "TLS_CERT_FILE",
                        PATH,
                        "PEM certificate chain; with it and TLS_KEY_FILE the server speaks HTTPS"),
                in.optional(
                        "TLS_KEY_FILE",
                        PATH,
                        "PEM private key for it: PKCS#8, PKCS#1 or SEC1, RSA or EC, not encrypted"),
                in.optional(
                        "METRICS_PORT",
                        PORT,
                        "port of /metrics for Prometheus, in clear text; 0 takes a free one; the log says which"),
                in.optional(
                                "PATH_PREFIX",
                                embedded ? PathPrefix.KIND : PathPrefix.NONE,
                                "stands before the documents' paths, as for an issuer with a path; health stays at the root")
                        .orElse(""),
                in.optional(
                        "DISCOVERY_EXTRA_MEMBERS",
                        ExtraMembers.KIND,
                        "members added to the discovery document; none replaces one that the API server sent"),
                in.read("LOG_LEVEL", oneOf(LogLevel.class, "ERROR, WARN, INFO, DEBUG"), "INFO", "how much is logged"),
                in.read("LOG_FORMAT", oneOf(LogFormat.class, "text, json"), "text", "how a log line is written"),
                in.toString());
    }

    /**
     * Reads the configuration of the embedded server.
     *
     * @param lookup gives the text of a variable by its name, {@code null} or an empty one where it is not set
     * @return the configuration, with defaults for what is not set
     * @throws ConfigurationException if values are invalid; its message names all of them
     */
    public static GatewayConfig from(Function<String, @Nullable String> lookup) throws ConfigurationException {
        return from(lookup, config -> List.of());
    }

    /**
     * Reads the configuration of the embedded server, and has one message tell what is wrong with its files too.
     *
     * @param lookup gives the text of a variable by its name, {@code null} or an empty one where it is not set
     * @param files finds what is wrong with files that a configuration names, a sentence each. It is asked only where a value
     *     is invalid, and then gets the default in its place
     * @return the configuration, with defaults for what is not set; its files have not been looked at
     * @throws ConfigurationException if values are invalid; its message names all of them
     */
    public static GatewayConfig from(
            Function<String, @Nullable String> lookup, Function<GatewayConfig, List<String>> files)
            throws ConfigurationException {
        return from(lookup, true, files);
    }

    /**
     * Reads the configuration of a web application in a servlet container. Variables that only the embedded server uses have
     * their defaults, whatever they are set to, and are not shown; a path prefix is refused.
     *
     * @param lookup gives the text of a variable by its name, {@code null} or an empty one where it is not set
     * @return the configuration, with defaults for what is not set
     * @throws ConfigurationException if values are invalid; its message names all of them
     */
    public static GatewayConfig forServletContainer(Function<String, @Nullable String> lookup)
            throws ConfigurationException {
        return from(lookup, false, config -> List.of());
    }

    private static GatewayConfig from(
            Function<String, @Nullable String> lookup, boolean embedded, Function<GatewayConfig, List<String>> files)
            throws ConfigurationException {
        Variables variables = new Variables(lookup, embedded ? Set.of() : EMBEDDED_SERVER_ONLY);
        GatewayConfig config = read(variables, embedded);
        variables.together("TLS_CERT_FILE", "TLS_KEY_FILE");
        variables.different("LISTEN_PORT", "METRICS_PORT");
        variables.check(() -> files.apply(config));
        return config;
    }

    /**
     * Describes every variable: its name, what it is for, the values allowed and the default.
     *
     * @return lines of text, as {@code --help} prints them
     */
    public static String help() {
        return defaults().help();
    }

    /**
     * Finds variables that are none of the gateway's but look like one.
     *
     * @param variables what is set, by name; values are not shown
     * @return a sentence for each of them, which names the variable and the one that may be meant
     */
    public static List<String> nearMisses(Map<String, String> variables) {
        return NearMisses.find(variables, defaults().names());
    }

    private static Variables defaults() {
        Variables variables = new Variables(name -> null, Set.of());
        read(variables, true);
        return variables;
    }

    @Override
    public String toString() {
        return effective;
    }
}
