// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 5. */
class GatewayConfigTest {
    private static final String DIRECTORY = "a directory that exists and can be written to, on a POSIX file system";
    private static final Pattern DESCRIBED =
            Pattern.compile("(?m)^  (\\S+) +\\S.+\\R +allowed: \\S.*; default: (\\S+)\\R");
    private static final String PORTS = "a whole number from 0 to 65535";

    @Test
    void everyVariableHasTheDefaultOfTheContract() throws Exception {
        GatewayConfig config = GatewayConfig.from(name -> null);

        assertThat(config.listenAddress()).isEqualTo("0.0.0.0");
        assertThat(config.listenPort()).isEqualTo(8080);
        assertThat(config.upstreamHost()).isEqualTo(URI.create("https://kubernetes.default.svc"));
        assertThat(config.upstreamTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.cacheTtl()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.clientCacheTtl()).isEqualTo(Duration.ofSeconds(3600));
        assertThat(config.jwksClientCacheTtl()).isEqualTo(Duration.ofSeconds(3600));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(75));
        assertThat(config.prettyPrintJson()).isTrue();
        assertThat(config.tokenPath()).isEqualTo(Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token"));
        assertThat(config.caCertPath()).isEqualTo(Path.of("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"));
        assertThat(config.shutdownDelay()).isZero();
        assertThat(config.jwksUri()).isEmpty();
        assertThat(config.expectedIssuer()).isEmpty();
        assertThat(config.healthMaxStale()).isZero();
        assertThat(config.cacheDirectory()).isEmpty();
        assertThat(config.tlsCertPath()).isEmpty();
        assertThat(config.metricsPort()).isEmpty();
        assertThat(config.tlsKeyPath()).isEmpty();
        assertThat(config.pathPrefix()).isEmpty();
        assertThat(config.discoveryExtraMembers()).isEmpty();
        assertThat(config.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(config.logFormat()).isEqualTo(LogFormat.TEXT);
    }

    @Test
    void anEmptyValueMeansTheDefault() throws Exception {
        assertThat(GatewayConfig.from(name -> ""))
                .hasToString(GatewayConfig.from(name -> null).toString());
    }

    @Test
    void everyVariableIsReadUnderItsOwnName(@TempDir Path directory) throws Exception {
        GatewayConfig config = GatewayConfig.from(Map.ofEntries(
                Map.entry("LISTEN_ADDR", "127.0.0.1"),
                Map.entry("LISTEN_PORT", "1"),
                Map.entry("UPSTREAM_HOST", "https://api.example:6443"),
                Map.entry("UPSTREAM_TIMEOUT_SECONDS", "2"),
                Map.entry("CACHE_TTL_SECONDS", "3"),
                Map.entry("CLIENT_CACHE_TTL_SECONDS", "4"),
                Map.entry("JWKS_CLIENT_CACHE_TTL_SECONDS", "5"),
                Map.entry("IDLE_TIMEOUT_SECONDS", "620"),
                Map.entry("PRETTY_PRINT_JSON", "false"),
                Map.entry("SA_TOKEN_PATH", "/t"),
                Map.entry("SA_CA_CERT_PATH", "/c"),
                Map.entry("SHUTDOWN_DELAY_SECONDS", "6"),
                Map.entry("JWKS_URI", "https://k.example/jwks"),
                Map.entry("EXPECTED_ISSUER", "https://i.example"),
                Map.entry("HEALTH_MAX_STALE_SECONDS", "7"),
                Map.entry("CACHE_DIR", directory.toString()),
                Map.entry("TLS_CERT_FILE", "/tls/cert"),
                Map.entry("METRICS_PORT", "9090"),
                Map.entry("TLS_KEY_FILE", "/tls/key"),
                Map.entry("PATH_PREFIX", "/clusters/a"),
                Map.entry("DISCOVERY_EXTRA_MEMBERS", "{\"a\":1}"),
                Map.entry("LOG_LEVEL", "ERROR"),
                Map.entry("LOG_FORMAT", "json"))::get);

        assertThat(config.listenAddress()).isEqualTo("127.0.0.1");
        assertThat(config.listenPort()).isEqualTo(1);
        assertThat(config.upstreamHost()).isEqualTo(URI.create("https://api.example:6443"));
        assertThat(config.upstreamTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.cacheTtl()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.clientCacheTtl()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.jwksClientCacheTtl()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(620));
        assertThat(config.prettyPrintJson()).isFalse();
        assertThat(config.tokenPath()).isEqualTo(Path.of("/t"));
        assertThat(config.caCertPath()).isEqualTo(Path.of("/c"));
        assertThat(config.shutdownDelay()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.jwksUri()).contains("https://k.example/jwks");
        assertThat(config.expectedIssuer()).contains("https://i.example");
        assertThat(config.healthMaxStale()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.cacheDirectory()).contains(directory);
        assertThat(config.tlsCertPath()).contains(Path.of("/tls/cert"));
        assertThat(config.metricsPort()).hasValue(9090);
        assertThat(config.tlsKeyPath()).contains(Path.of("/tls/key"));
        assertThat(config.pathPrefix()).isEqualTo("/clusters/a");
        assertThat(config.discoveryExtraMembers()).contains("{\"a\":1}");
        assertThat(config.logLevel()).isEqualTo(LogLevel.ERROR);
        assertThat(config.logFormat()).isEqualTo(LogFormat.JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::", "[::1]", "fe80::1%eth0", "localhost", "a-b.example"})
    void listenAddressIsAnAddressOrAHostName(String address) throws Exception {
        assertThat(with("LISTEN_ADDR", address).listenAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "http://127.0.0.1", "host/x", " ", "127.0.0.1\n", "a;b", "127.0.0.1:80", "[::1", "::1]"})
    void listenAddressIsNothingElse(String junk) {
        assertRefused("LISTEN_ADDR", junk, "an IP address or a host name");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8081, 65535})
    void listenPortIsAPortOrZero(int port) throws Exception {
        assertThat(with("LISTEN_PORT", "" + port).listenPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "65536",
                "-1",
                "+1",
                "x",
                "1.0",
                " 1",
                "1 ",
                "0x10",
                "1e3",
                "1_0",
                "\u0661",
                "4294967297",
                "99999999999999999999"
            })
    void listenPortIsNothingElse(String junk) {
        assertRefused("LISTEN_PORT", junk, PORTS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9090, 65535})
    void metricsPortIsAPortOrZero(int port) throws Exception {
        assertThat(with("METRICS_PORT", "" + port).metricsPort()).hasValue(port);
    }

    /** The last is what Kubernetes sets for a Service of the name metrics, where a pod does not forbid it. */
    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "x", " 1", "off", "tcp://10.43.7.9:9090"})
    void metricsPortIsNothingElse(String junk) {
        assertRefused("METRICS_PORT", junk, PORTS);
    }

    /** CONTRACT 9: both ports are bound to the same address. */
    @Test
    void metricsPortIsNotTheListenPort() throws Exception {
        assertThatThrownBy(() -> with("METRICS_PORT", "08080"))
                .hasMessage("invalid configuration:\n  METRICS_PORT=\"8080\": allowed is another port than LISTEN_PORT,"
                        + " which is 8080 too");
        assertThatThrownBy(() -> GatewayConfig.from(name -> name.endsWith("_PORT") ? "9" : null))
                .hasMessageContaining("METRICS_PORT=\"9\": allowed is another port than LISTEN_PORT, which is 9 too");
        assertThat(GatewayConfig.from(name -> name.endsWith("_PORT") ? "0" : null)
                        .metricsPort())
                .hasValue(0);
        assertThatThrownBy(() -> GatewayConfig.from(Map.of("LISTEN_PORT", "x", "METRICS_PORT", "8080")::get))
                .hasMessageEndingWith("LISTEN_PORT=\"x\": allowed is " + PORTS);
        assertThat(GatewayConfig.forServletContainer(Map.of("METRICS_PORT", "8080")::get)
                        .metricsPort())
                .hasValue(8080);
    }

    /** CONTRACT 12: it is not among those that only the embedded server uses. */
    @Test
    void metricsPortCountsInAServletContainerToo() throws Exception {
        GatewayConfig config = GatewayConfig.forServletContainer(name -> name.equals("METRICS_PORT") ? "9090" : null);
        assertThat(config.metricsPort()).hasValue(9090);
        assertThat(config.listenAddress()).isEqualTo("0.0.0.0");
        assertThat(config.toString()).contains(" METRICS_PORT=9090 ");
    }

    @ParameterizedTest
    @CsvSource({
        "UPSTREAM_TIMEOUT_SECONDS, 1, 300",
        "CACHE_TTL_SECONDS, 0, 86400",
        "CLIENT_CACHE_TTL_SECONDS, 0, 31536000",
        "JWKS_CLIENT_CACHE_TTL_SECONDS, 0, 31536000",
        "IDLE_TIMEOUT_SECONDS, 5, 3600",
        "SHUTDOWN_DELAY_SECONDS, 0, 300",
        "HEALTH_MAX_STALE_SECONDS, 0, 2592000"
    })
    void aDurationIsWithinItsBounds(String name, int min, int max) throws Exception {
        Function<GatewayConfig, Duration> value = switch (name) {
            case "UPSTREAM_TIMEOUT_SECONDS" -> GatewayConfig::upstreamTimeout;
            case "CACHE_TTL_SECONDS" -> GatewayConfig::cacheTtl;
            case "CLIENT_CACHE_TTL_SECONDS" -> GatewayConfig::clientCacheTtl;
            case "JWKS_CLIENT_CACHE_TTL_SECONDS" -> GatewayConfig::jwksClientCacheTtl;
            case "IDLE_TIMEOUT_SECONDS" -> GatewayConfig::idleTimeout;
            case "SHUTDOWN_DELAY_SECONDS" -> GatewayConfig::shutdownDelay;
            default -> GatewayConfig::healthMaxStale;
        };
        assertThat(value.apply(with(name, "" + min))).isEqualTo(Duration.ofSeconds(min));
        assertThat(value.apply(with(name, "" + max))).isEqualTo(Duration.ofSeconds(max));

        String allowed = "a whole number from " + min + " to " + max;
        for (String junk : new String[] {"" + (min - 1), "" + (max + 1), "5s", "1.5", " 5", "five", "-0"}) {
            assertRefused(name, junk, allowed);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "True, true",
        "TRUE, true",
        "1, true",
        "t, true",
        "T, true",
        "false, false",
        "fAlSe, false",
        "FALSE, false",
        "0, false",
        "f, false",
        "F, false"
    })
    void aBooleanIsReadInAnyCase(String text, boolean value) throws Exception {
        assertThat(with("PRETTY_PRINT_JSON", text).prettyPrintJson()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no", "on", "2", "00", "tr", "y", " true", "truefalse"})
    void aBooleanIsNothingElse(String junk) {
        assertRefused("PRETTY_PRINT_JSON", junk, "true, false, 1, 0, t or f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SA_TOKEN_PATH", "SA_CA_CERT_PATH"})
    void aPathWithANulIsRefused(String name) {
        assertThatThrownBy(() -> with(name, "/a\0b"))
                .hasMessage("invalid configuration:\n  " + name + "=\"/a\\u0000b\": allowed is a path");
    }

    // "names variable, value and what is allowed": Java reads U+FFFD for each byte that its locale has no character for
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DISCOVERY_EXTRA_MEMBERS | {\"x\":\"\uFFFD\uFFFD\"} | one JSON object",
                "SA_TOKEN_PATH | /a/\uFFFD\uFFFD | a path",
                "TLS_CERT_FILE | /a/\uFFFD\uFFFD | a path",
                "CACHE_DIR | /tmp/\uFFFD\uFFFD | " + DIRECTORY,
                "LISTEN_PORT | \uFFFD\uFFFD | " + PORTS
            })
    void bytesThatTheLocaleCannotReadAreToldWithWhatHelps(String name, String text, String allowed) {
        assertThatThrownBy(() -> with(name, text))
                .message()
                .contains(name + "=\"" + text + "\": allowed is " + allowed)
                .contains("; it has bytes that the locale of this process cannot read:"
                        + " set LC_ALL=C.UTF-8 (in JSON, write \\u escapes)");
    }

    @Test
    void whatTheLocaleCanReadIsTaken() throws Exception {
        assertThat(with("DISCOVERY_EXTRA_MEMBERS", "{\"x\":\"\u00e9\\ufffd\"}").discoveryExtraMembers())
                .contains("{\"x\":\"\u00e9\\ufffd\"}");
        assertThatThrownBy(() -> with("LISTEN_PORT", "\u00e9"))
                .message()
                .endsWith("LISTEN_PORT=\"\u00e9\": allowed is " + PORTS);
    }

    /** CONTRACT 5: "both or neither". */
    @ParameterizedTest
    @CsvSource({"TLS_CERT_FILE, TLS_KEY_FILE", "TLS_KEY_FILE, TLS_CERT_FILE"})
    void ofCertificateAndKeyThereAreBothOrNeither(String set, String missing) {
        assertThatThrownBy(() -> with(set, "/a"))
                .hasMessage("invalid configuration:\n  " + missing + "=\"\": allowed is a path, as " + set + " is set");
    }

    // "must exist and be writable"
    @Test
    void aCacheDirectoryThatIsMissingAFileOrReadOnlyIsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertRefused("CACHE_DIR", directory.resolve("missing").toString(), DIRECTORY);
        assertRefused("CACHE_DIR", file.toString(), DIRECTORY);
        Path readOnly = Files.createDirectory(directory.resolve("read-only"));
        assertThat(readOnly.toFile().setWritable(false)).isTrue();
        // Root may write everywhere.
        if (!Files.isWritable(readOnly)) {
            assertRefused("CACHE_DIR", readOnly.toString(), DIRECTORY);
        }
    }

    @ParameterizedTest
    @CsvSource({"ERROR", "WARN", "INFO", "DEBUG"})
    void logLevelIsOneOfFour(LogLevel level) throws Exception {
        assertThat(with("LOG_LEVEL", level.name()).logLevel()).isEqualTo(level);
        assertThat(with("LOG_LEVEL", level.name().toLowerCase()).logLevel()).isEqualTo(level);
        assertRefused("LOG_LEVEL", level.name() + "S", "ERROR, WARN, INFO, DEBUG");
    }

    @Test
    void logFormatIsTextOrJson() throws Exception {
        assertThat(with("LOG_FORMAT", "text").logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(with("LOG_FORMAT", "JSON").logFormat()).isEqualTo(LogFormat.JSON);
        assertRefused("LOG_FORMAT", "xml", "text, json");
    }

    /** Letters that become ASCII ones in another case: the dotless i, the long s and the Kelvin sign. */
    @ParameterizedTest
    @CsvSource({"LOG_LEVEL, \u0131nfo", "LOG_LEVEL, \u0131NFO", "LOG_FORMAT, j\u017Fon", "PRETTY_PRINT_JSON, fal\u017Fe"
    })
    void onlyAsciiLettersHaveACase(String name, String text) {
        assertThatThrownBy(() -> with(name, text)).hasMessageContaining(name + "=\"" + text + "\": allowed is ");
    }

    // "that of CLIENT_CACHE_TTL_SECONDS"
    @Test
    void theKeySetIsKeptAsLongAsTheDiscoveryDocumentUnlessItIsSetApart() throws Exception {
        assertThat(with("CLIENT_CACHE_TTL_SECONDS", "7").jwksClientCacheTtl()).isEqualTo(Duration.ofSeconds(7));
        assertThat(with("CLIENT_CACHE_TTL_SECONDS", "7").toString()).contains(" JWKS_CLIENT_CACHE_TTL_SECONDS=7 ");
        assertThat(with("JWKS_CLIENT_CACHE_TTL_SECONDS", "0").clientCacheTtl()).isEqualTo(Duration.ofSeconds(3600));
        assertRefused("CLIENT_CACHE_TTL_SECONDS", "x", "a whole number from 0 to 31536000");
    }

    /** CONTRACT 12: what only the embedded server uses is "neither used nor shown" in a WAR. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LISTEN_ADDR",
                "LISTEN_PORT",
                "IDLE_TIMEOUT_SECONDS",
                "SHUTDOWN_DELAY_SECONDS",
                "TLS_CERT_FILE",
                "TLS_KEY_FILE"
            })
    void inAServletContainerWhatTheContainerDecidesIsNeitherReadNorShown(String name) throws Exception {
        GatewayConfig config = GatewayConfig.forServletContainer(asked -> asked.equals(name) ? "!" : null);
        assertThat(config.toString()).startsWith("UPSTREAM_HOST=").doesNotContain(name);
    }

    @Test
    void inAServletContainerTheRestIsReadAsEverywhere() throws Exception {
        assertThat(GatewayConfig.forServletContainer(name -> name.equals("CACHE_TTL_SECONDS") ? "5" : null)
                        .cacheTtl())
                .isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> GatewayConfig.forServletContainer(name -> "!"))
                .message()
                .contains("CACHE_TTL_SECONDS")
                .doesNotContain("LISTEN");
    }

    // 5: "Nothing secret is ever printed, user info in a URL included."
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://name:hunter2@host/x",
                "HTTP://name:hunter2%40host",
                "https://name:hunter2\uff20host",
                "https://name:hun/hunter2@host",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
                "{\"a\":\"-----BEGIN EC PRIVATE KEY-----hunter2",
                "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhIn0.hunter2"
            })
    void aSecretInThePlaceOfAnyValueIsRefusedAndNotShown(String secret) {
        assertThatThrownBy(() -> GatewayConfig.from(name -> secret))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .doesNotContain("hunter2")
                .contains("SA_TOKEN_PATH=\"***\"", "SA_CA_CERT_PATH=\"***\"", "TLS_KEY_FILE=\"***\"")
                .contains("LISTEN_ADDR=\"***\"", "CACHE_DIR=\"***\"", "PATH_PREFIX=\"***\"");
    }

    @Test
    void allInvalidValuesAreReportedInOneMessage() {
        Map<String, String> junk = new HashMap<>();
        junk.put("LISTEN_ADDR", "!");
        junk.put("LISTEN_PORT", "!");
        junk.put("UPSTREAM_HOST", "!");
        junk.put("UPSTREAM_TIMEOUT_SECONDS", "0");
        junk.put("CACHE_TTL_SECONDS", "86401");
        junk.put("CLIENT_CACHE_TTL_SECONDS", "!");
        junk.put("JWKS_CLIENT_CACHE_TTL_SECONDS", "!");
        junk.put("IDLE_TIMEOUT_SECONDS", "4");
        junk.put("PRETTY_PRINT_JSON", "!");
        junk.put("SA_TOKEN_PATH", "\0");
        junk.put("SA_CA_CERT_PATH", "\0");
        junk.put("SHUTDOWN_DELAY_SECONDS", "301");
        junk.put("JWKS_URI", "!");
        junk.put("EXPECTED_ISSUER", "!");
        junk.put("HEALTH_MAX_STALE_SECONDS", "!");
        junk.put("CACHE_DIR", "\0");
        junk.put("TLS_CERT_FILE", "\0");
        junk.put("TLS_KEY_FILE", "\0");
        junk.put("METRICS_PORT", "!");
        junk.put("PATH_PREFIX", "!");
        junk.put("DISCOVERY_EXTRA_MEMBERS", "!");
        junk.put("LOG_LEVEL", "!");
        junk.put("LOG_FORMAT", "!");

        assertThatThrownBy(() -> GatewayConfig.from(junk::get))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        invalid configuration:
                          LISTEN_ADDR="!": allowed is an IP address or a host name
                          LISTEN_PORT="!": allowed is a whole number from 0 to 65535
                          IDLE_TIMEOUT_SECONDS="4": allowed is a whole number from 5 to 3600
                          UPSTREAM_HOST="!": allowed is an https URL, or an http URL of a loopback address, \
                        as the token would travel in clear; no user info, query or fragment
                          UPSTREAM_TIMEOUT_SECONDS="0": allowed is a whole number from 1 to 300
                          CACHE_TTL_SECONDS="86401": allowed is a whole number from 0 to 86400
                          CLIENT_CACHE_TTL_SECONDS="!": allowed is a whole number from 0 to 31536000
                          JWKS_CLIENT_CACHE_TTL_SECONDS="!": allowed is a whole number from 0 to 31536000
                          PRETTY_PRINT_JSON="!": allowed is true, false, 1, 0, t or f
                          SA_TOKEN_PATH="\\u0000": allowed is a path
                          SA_CA_CERT_PATH="\\u0000": allowed is a path
                          SHUTDOWN_DELAY_SECONDS="301": allowed is a whole number from 0 to 300
                          JWKS_URI="!": allowed is an https URL without user info and fragment
                          EXPECTED_ISSUER="!": allowed is an https or http URL without user info, query and fragment
                          HEALTH_MAX_STALE_SECONDS="!": allowed is a whole number from 0 to 2592000
                          CACHE_DIR="\\u0000": allowed is a directory that exists and can be written to, on a \
                        POSIX file system
                          TLS_CERT_FILE="\\u0000": allowed is a path
                          TLS_KEY_FILE="\\u0000": allowed is a path
                          METRICS_PORT="!": allowed is a whole number from 0 to 65535
                          PATH_PREFIX="!": allowed is a path such as /clusters/a, of at most 256 letters, digits and \
                        - . _ ~ /, without a slash at its end and without empty or dot segments
                          DISCOVERY_EXTRA_MEMBERS="!": allowed is one JSON object of at most 16 KiB by RFC 8259, \
                        without issuer and jwks_uri, with no name twice and at most 64 levels deep
                          LOG_LEVEL="!": allowed is ERROR, WARN, INFO, DEBUG
                          LOG_FORMAT="!": allowed is text, json""");
    }

    @Test
    void aRefusedValueIsShownOnOneLineAndCut() {
        assertRefused("LISTEN_PORT", "x".repeat(200), PORTS);
        assertThatThrownBy(() -> with("LISTEN_PORT", "x".repeat(201)))
                .hasMessageContaining("LISTEN_PORT=\"" + "x".repeat(200) + "…\": allowed");
        assertThatThrownBy(() -> with("LISTEN_PORT", "1\r\n\u0085\u007f2é"))
                .hasMessageContaining("LISTEN_PORT=\"1\\u000d\\u000a\\u0085\\u007f2é\": allowed");
    }

    @Test
    void writtenOutItIsTheEffectiveConfiguration() throws Exception {
        assertThat(GatewayConfig.from(name -> null))
                .hasToString(
                        "LISTEN_ADDR=0.0.0.0 LISTEN_PORT=8080 IDLE_TIMEOUT_SECONDS=75 UPSTREAM_HOST=https://kubernetes.default.svc"
                                + " UPSTREAM_TIMEOUT_SECONDS=5 CACHE_TTL_SECONDS=60 CLIENT_CACHE_TTL_SECONDS=3600"
                                + " JWKS_CLIENT_CACHE_TTL_SECONDS=3600 PRETTY_PRINT_JSON=true"
                                + " SA_TOKEN_PATH=/var/run/secrets/kubernetes.io/serviceaccount/token"
                                + " SA_CA_CERT_PATH=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
                                + " SHUTDOWN_DELAY_SECONDS=0 JWKS_URI= EXPECTED_ISSUER= HEALTH_MAX_STALE_SECONDS=0 CACHE_DIR="
                                + " TLS_CERT_FILE= TLS_KEY_FILE= METRICS_PORT= PATH_PREFIX= DISCOVERY_EXTRA_MEMBERS= LOG_LEVEL=INFO LOG_FORMAT=text");
        assertThat(with("LISTEN_PORT", "81").toString()).contains(" LISTEN_PORT=81 ");
    }

    /** What is described in another way stays as it is, and is told. */
    @Test
    void theHelpDescribesEveryVariableWithItsDefault() {
        assertThat(DESCRIBED.matcher(GatewayConfig.help()).replaceAll("$1 $2\n"))
                .isEqualTo("""
                        LISTEN_ADDR 0.0.0.0
                        LISTEN_PORT 8080
                        IDLE_TIMEOUT_SECONDS 75
                        UPSTREAM_HOST https://kubernetes.default.svc
                        UPSTREAM_TIMEOUT_SECONDS 5
                        CACHE_TTL_SECONDS 60
                        CLIENT_CACHE_TTL_SECONDS 3600
                        JWKS_CLIENT_CACHE_TTL_SECONDS 3600
                        PRETTY_PRINT_JSON true
                        SA_TOKEN_PATH /var/run/secrets/kubernetes.io/serviceaccount/token
                        SA_CA_CERT_PATH /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
                        SHUTDOWN_DELAY_SECONDS 0
                        JWKS_URI unset
                        EXPECTED_ISSUER unset
                        HEALTH_MAX_STALE_SECONDS 0
                        CACHE_DIR unset
                        TLS_CERT_FILE unset
                        TLS_KEY_FILE unset
                        METRICS_PORT unset
                        PATH_PREFIX unset
                        DISCOVERY_EXTRA_MEMBERS unset
                        LOG_LEVEL INFO
                        LOG_FORMAT text
                        """);
    }

    private static GatewayConfig with(String variable, String value) throws ConfigurationException {
        return GatewayConfig.from(name -> name.equals(variable) ? value : null);
    }

    private static void assertRefused(String variable, String value, String allowed) {
        assertThatThrownBy(() -> with(variable, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("invalid configuration:\n  " + variable + "=\"" + value.replace("\n", "\\u000a")
                        + "\": allowed is " + allowed);
    }
}
