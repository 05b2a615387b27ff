// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 5. */
class GatewayConfigTest {
    private static final String DIRECTORY = "a directory that exists and can be written to, on a POSIX file system";
    private static final String PORTS = "a whole number from 0 to 65535";

    /** What a servlet container decides in place of the gateway. */
    private static final List<String> SERVER_ONLY =
            List.of("LISTEN_ADDR LISTEN_PORT IDLE_TIMEOUT_SECONDS SHUTDOWN_DELAY_SECONDS TLS_CERT_FILE TLS_KEY_FILE"
                    .split(" "));

    /** Name, default, where it is, and what is there; a text that it may be set to, and what is there then. */
    static final List<Arguments> VARIABLES = """
            LISTEN_ADDR | 0.0.0.0 | listenAddress | 0.0.0.0 | 127.0.0.1 | 127.0.0.1
            LISTEN_PORT | 8080 | listenPort | 8080 | 1 | 1
            IDLE_TIMEOUT_SECONDS | 75 | idleTimeout | PT1M15S | 620 | PT10M20S
            UPSTREAM_HOST | https://kubernetes.default.svc | upstreamHost | https://kubernetes.default.svc \
                | https://api.example:6443 | https://api.example:6443
            UPSTREAM_TIMEOUT_SECONDS | 5 | upstreamTimeout | PT5S | 2 | PT2S
            CACHE_TTL_SECONDS | 60 | cacheTtl | PT1M | 3 | PT3S
            CLIENT_CACHE_TTL_SECONDS | 3600 | clientCacheTtl | PT1H | 4 | PT4S
            JWKS_CLIENT_CACHE_TTL_SECONDS | 3600 | jwksClientCacheTtl | PT1H | 5 | PT5S
            PRETTY_PRINT_JSON | true | prettyPrintJson | true | false | false
            SA_TOKEN_PATH | /var/run/secrets/kubernetes.io/serviceaccount/token \
                | tokenPath | /var/run/secrets/kubernetes.io/serviceaccount/token | /t | /t
            SA_CA_CERT_PATH | /var/run/secrets/kubernetes.io/serviceaccount/ca.crt \
                | caCertPath | /var/run/secrets/kubernetes.io/serviceaccount/ca.crt | /c | /c
            SHUTDOWN_DELAY_SECONDS | 0 | shutdownDelay | PT0S | 6 | PT6S
            JWKS_URI | | jwksUri | Optional.empty | https://k.example/jwks | Optional[https://k.example/jwks]
            EXPECTED_ISSUER | | expectedIssuer | Optional.empty | https://i.example | Optional[https://i.example]
            HEALTH_MAX_STALE_SECONDS | 0 | healthMaxStale | PT0S | 7 | PT7S
            CACHE_DIR | | cacheDirectory | Optional.empty | . | Optional[.]
            TLS_CERT_FILE | | tlsCertPath | Optional.empty | /tls/cert | Optional[/tls/cert]
            TLS_KEY_FILE | | tlsKeyPath | Optional.empty | /tls/key | Optional[/tls/key]
            METRICS_PORT | | metricsPort | Optional.empty | 9090 | Optional[9090]
            PATH_PREFIX | | pathPrefix | | /clusters/a | /clusters/a
            DISCOVERY_EXTRA_MEMBERS | | discoveryExtraMembers | Optional.empty | {"a":1} | Optional[{"a":1}]
            LOG_LEVEL | INFO | logLevel | INFO | ERROR | ERROR
            LOG_FORMAT | text | logFormat | TEXT | json | JSON
            """.lines()
            .map(row -> Arguments.of((Object[]) row.split(" *\\| *")))
            .toList();

    @ParameterizedTest
    @FieldSource("VARIABLES")
    void everyVariableHasItsDefaultAndIsReadUnderItsOwnName(
            String name, String defaultText, String component, String unset, String text, String set) throws Exception {
        assertThat(GatewayConfig.from(none -> null)).extracting(component).hasToString(unset);
        // One TLS file needs the other.
        Map<String, String> others = Map.of("TLS_CERT_FILE", "/c", "TLS_KEY_FILE", "/k");
        GatewayConfig config = GatewayConfig.from(asked -> asked.equals(name) ? text : others.get(asked));
        assertThat(config).extracting(component).hasToString(set);
        assertThat(" " + config + " ").contains(" " + name + "=" + text + " ");
    }

    @Test
    void anEmptyValueMeansTheDefault() throws Exception {
        assertThat(GatewayConfig.from(name -> ""))
                .hasToString(GatewayConfig.from(name -> null).toString());
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
    }

    /** Kubernetes sets METRICS_PORT to a URL for a Service of the name metrics, where a pod does not forbid it. */
    @ParameterizedTest
    @CsvSource({
        "LISTEN_PORT, listenPort, 0, 65535",
        "METRICS_PORT, metricsPort, 0, 65535",
        "UPSTREAM_TIMEOUT_SECONDS, upstreamTimeout, 1, 300",
        "CACHE_TTL_SECONDS, cacheTtl, 0, 86400",
        "CLIENT_CACHE_TTL_SECONDS, clientCacheTtl, 0, 31536000",
        "JWKS_CLIENT_CACHE_TTL_SECONDS, jwksClientCacheTtl, 0, 31536000",
        "IDLE_TIMEOUT_SECONDS, idleTimeout, 5, 3600",
        "SHUTDOWN_DELAY_SECONDS, shutdownDelay, 0, 300",
        "HEALTH_MAX_STALE_SECONDS, healthMaxStale, 0, 2592000"
    })
    void aNumberIsWithinItsBounds(String name, String component, int min, int max) throws Exception {
        for (int allowed : new int[] {min, min + 1, max}) {
            assertThat(with(name, "" + allowed))
                    .extracting(component)
                    .isIn(allowed, Optional.of(allowed), Duration.ofSeconds(allowed));
        }
        String allowed = "a whole number from " + min + " to " + max;
        for (String junk : ("-1 +1 -0 5s five off x 1.0 1.5 0x10 1e3 1_0 \u0661 4294967297 99999999999999999999 "
                        + (min - 1) + " " + (max + 1) + " tcp://10.43.7.9:9090")
                .split(" ")) {
            assertRefused(name, junk, allowed);
        }
        assertRefused(name, " 5", allowed);
        assertRefused(name, "5 ", allowed);
    }

    @ParameterizedTest
    @CsvSource({"true, true True TRUE 1 t T", "false, false fAlSe FALSE 0 f F"})
    void aBooleanIsReadInAnyCase(boolean value, String texts) throws Exception {
        for (String text : texts.split(" ")) {
            assertThat(with("PRETTY_PRINT_JSON", text).prettyPrintJson())
                    .as(text)
                    .isEqualTo(value);
        }
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
    void aCacheDirectoryThatIsMissingOrAFileIsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertRefused("CACHE_DIR", directory.resolve("missing").toString(), DIRECTORY);
        assertRefused("CACHE_DIR", file.toString(), DIRECTORY);
    }

    // "must exist and be writable", and 3.10: "what cannot be written […] keeps no good file from being read"
    @ParameterizedTest
    @EnumSource(DocumentKind.class)
    void aCacheDirectoryThatHoldsADocumentNeedNotBeWritable(DocumentKind kind, @TempDir Path directory)
            throws Exception {
        assertThat(ValueKind.isUsable(directory, true)).isTrue();
        assertThat(ValueKind.isUsable(directory, false)).isFalse();
        Files.writeString(directory.resolve(kind.fileName()), "");
        assertThat(ValueKind.isUsable(directory, false)).isTrue();
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
    @Test
    void inAServletContainerWhatTheContainerDecidesIsNeitherReadNorShown() throws Exception {
        GatewayConfig config = GatewayConfig.forServletContainer(name -> SERVER_ONLY.contains(name) ? "!" : "");
        assertThat(config.toString()).startsWith("UPSTREAM_HOST=").doesNotContain(SERVER_ONLY);
        assertThat(config.listenAddress()).isEqualTo("0.0.0.0");
    }

    @Test
    void inAServletContainerTheRestIsReadAsEverywhere() throws Exception {
        GatewayConfig config =
                GatewayConfig.forServletContainer(Map.of("CACHE_TTL_SECONDS", "5", "METRICS_PORT", "8080")::get);
        assertThat(config.cacheTtl()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.metricsPort()).hasValue(8080);
        assertThat(config.toString()).contains(" METRICS_PORT=8080 ");
        assertThatThrownBy(() -> GatewayConfig.forServletContainer(name -> "!"))
                .message()
                .contains("CACHE_TTL_SECONDS")
                .doesNotContain(SERVER_ONLY);
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
        assertThatThrownBy(() -> GatewayConfig.from(name -> switch (name) {
                    case "SA_TOKEN_PATH", "SA_CA_CERT_PATH", "CACHE_DIR", "TLS_CERT_FILE", "TLS_KEY_FILE" -> "\0";
                    default -> "!";
                }))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        invalid configuration:
                          LISTEN_ADDR="!": allowed is an IP address or a host name
                          LISTEN_PORT="!": allowed is a whole number from 0 to 65535
                          IDLE_TIMEOUT_SECONDS="!": allowed is a whole number from 5 to 3600
                          UPSTREAM_HOST="!": allowed is an https URL, or an http URL of a loopback address, \
                        as the token would travel in clear; no user info, query or fragment
                          UPSTREAM_TIMEOUT_SECONDS="!": allowed is a whole number from 1 to 300
                          CACHE_TTL_SECONDS="!": allowed is a whole number from 0 to 86400
                          CLIENT_CACHE_TTL_SECONDS="!": allowed is a whole number from 0 to 31536000
                          JWKS_CLIENT_CACHE_TTL_SECONDS="!": allowed is a whole number from 0 to 31536000
                          PRETTY_PRINT_JSON="!": allowed is true, false, 1, 0, t or f
                          SA_TOKEN_PATH="\\u0000": allowed is a path
                          SA_CA_CERT_PATH="\\u0000": allowed is a path
                          SHUTDOWN_DELAY_SECONDS="!": allowed is a whole number from 0 to 300
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

    /** What is described in another way stays as it is, and is told. */
    @Test
    void theHelpAndTheEffectiveConfigurationHaveEveryVariableWithItsDefault() throws Exception {
        Pattern described = Pattern.compile("(?m)^  (\\S+) +\\S.+\\R +allowed: \\S.*; default: (\\S+)\\R");
        assertThat(described.matcher(GatewayConfig.help()).replaceAll("$1=$2 ")).isEqualTo(defaults("unset") + " ");
        assertThat(GatewayConfig.from(name -> null)).hasToString(defaults(""));
    }

    private static String defaults(String none) {
        return VARIABLES.stream()
                .map(Arguments::get)
                .map(row -> row[0] + "=" + (row[1].equals("") ? none : row[1]))
                .collect(Collectors.joining(" "));
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
