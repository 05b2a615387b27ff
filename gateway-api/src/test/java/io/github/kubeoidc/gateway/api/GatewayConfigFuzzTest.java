// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** CONTRACT 5: any values of the variables make a configuration with values that are allowed, or one message. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        architectures = {"amd64", "x86_64", "aarch64"},
        disabledReason = "**** SKIPPED: Jazzer has no native library for this platform ****")
@Timeout(10)
class GatewayConfigFuzzTest {
    private static final String SECRET = "hunter2";

    @FuzzTest
    void everyTextIsTakenOrRefusedWithoutShowingASecret(byte[] environment) throws UnknownHostException {
        Map<String, String> variables = read(environment);
        GatewayConfig config;
        try {
            config = GatewayConfig.from(variables::get);
        } catch (ConfigurationException e) {
            assertRefused(e.getMessage(), variables);
            return;
        }
        assertThat(config.listenPort()).isBetween(0, 65535);
        assertThat(config.listenAddress()).isNotEmpty().doesNotContainAnyWhitespaces();
        assertThat(config.upstreamTimeout()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(300));
        assertThat(config.cacheTtl()).isBetween(Duration.ZERO, Duration.ofSeconds(86_400));
        assertThat(config.clientCacheTtl()).isBetween(Duration.ZERO, Duration.ofSeconds(31_536_000));
        assertThat(config.shutdownDelay()).isBetween(Duration.ZERO, Duration.ofSeconds(300));
        assertThat(config.healthMaxStale()).isBetween(Duration.ZERO, Duration.ofSeconds(2_592_000));
        assertThat(config.tokenPath()).isNotNull();
        assertThat(config.caCertPath()).isNotNull();
        assertThat(config.jwksUri().orElse("https://k"))
                .matches("(?i)https://[^@#/?]+([/?][^#]*)?")
                .isASCII();
        assertThat(config.expectedIssuer().orElse("https://i"))
                .matches("(?i)https?://[^@?#/]+(/[^?#]*)?")
                .isASCII();
        assertThat(config.pathPrefix()).matches("(/[A-Za-z0-9._~-]+){0,128}").doesNotContain("/./", "/../");
        assertThat(config.discoveryExtraMembers().orElse("{}").strip())
                .startsWith("{")
                .endsWith("}");
        assertThat(config.logLevel()).isNotNull();
        assertThat(config.logFormat()).isNotNull();
        assertThat(config.toString()).contains("PRETTY_PRINT_JSON=").contains("UPSTREAM_HOST=");
        assertTakesTheToken(config.upstreamHost());
    }

    /** Lines of {@code NAME=value}, in which {@code \n} stands for a line feed. */
    private static Map<String, String> read(byte[] environment) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : new String(environment, StandardCharsets.UTF_8).split("\n")) {
            int name = line.indexOf('=');
            if (name > 0) {
                variables.put(line.substring(0, name), line.substring(name + 1).replace("\\n", "\n"));
            }
        }
        return variables;
    }

    private static void assertRefused(String message, Map<String, String> variables) {
        assertThat(message).startsWith("invalid configuration:\n  ");
        String[] problems = message.substring(message.indexOf('\n') + 1).split("\n");
        assertThat(problems).allMatch(problem -> problem.matches("  [A-Z_]+=\".*\": allowed is .+"));
        assertThat(problems)
                .extracting(problem -> problem.strip().split("=")[0])
                .doesNotHaveDuplicates();
        assertThat(problems)
                .extracting(problem -> problem.strip().split("=")[0])
                .allSatisfy(name -> assertThat(variables.get(name)).isNotEmpty());
        String host = variables.getOrDefault("UPSTREAM_HOST", "");
        int secret = host.indexOf(SECRET);
        boolean inQuery = secret > 0 && host.substring(0, secret).matches("(?s).*[?#].*");
        if (secret >= 0 && host.indexOf(SECRET, secret + 1) < 0 && (inQuery || host.indexOf('@', secret) >= 0)) {
            assertThat(message.lines().filter(line -> line.startsWith("  UPSTREAM_HOST=")))
                    .allSatisfy(line -> assertThat(line).doesNotContain(SECRET));
        }
    }

    /** The token goes to this URL with a document's path: it has to be of that host still, and never clear to another. */
    private static void assertTakesTheToken(URI upstream) throws UnknownHostException {
        for (DocumentKind kind : DocumentKind.values()) {
            URI asked = URI.create(upstream + kind.path());
            assertThat(asked.getScheme()).isIn("http", "https");
            assertThat(asked.getHost()).isNotEmpty().isEqualTo(upstream.getHost());
            assertThat(asked.getPort()).isEqualTo(upstream.getPort()).isBetween(-1, 65535);
            assertThat(asked.getRawUserInfo()).isNull();
            assertThat(asked.getRawQuery()).isNull();
            assertThat(asked.getRawFragment()).isNull();
            assertThat(asked.getRawPath()).endsWith(kind.path()).doesNotEndWith("/" + kind.path());
            if (asked.getScheme().equals("http") && !asked.getHost().equals("localhost")) {
                assertThat(asked.getHost()).as("no name to resolve").matches("[0-9.]+|\\[[0-9a-f:]+]");
                assertThat(InetAddress.getByName(asked.getHost()).isLoopbackAddress())
                        .isTrue();
            }
        }
    }
}
