// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CONTRACT 6.3: "never the token". An operator has Logback write all that there is, and changes its file while the gateway runs;
 * the API server puts the token into its answers.
 */
@Execution(ExecutionMode.CONCURRENT)
class OperatorsLogIT {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final String AT_THE_START = "<root level='TRACE'><appender-ref ref='A'/></root>";
    private static final String LATER = """
            <logger name='org.eclipse.jetty.http.HttpGenerator' level='TRACE'/>
            <logger name='org.eclipse.jetty.client' level='DEBUG'/>
            <root level='TRACE'><appender-ref ref='A'/></root>""";

    /** How much of the token gives nothing away: Jetty writes the 16 first and last bytes of what it sends and reads. */
    private static final int PIECE = 12;

    @TempDir
    private Path directory;

    @Test
    void theLauncherWritesNoPieceOfTheToken() {
        try (ApiServerStandIn upstream = ApiServerStandIn.start()) {
            try (StartedGateway gateway = Launcher.start(variables(upstream, "JAVA_OPTS", option()))) {
                play(gateway, upstream);
                assertThat(gateway.log()).anyMatch(line -> line.startsWith("first INFO org.eclipse.jetty."));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.kubeoidc.gateway.conformance.war.ContainerKind#all")
    void theWarWritesNoneEither(ContainerKind kind) {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                ServletContainer container = ServletContainer.start(kind, Map.of("_JAVA_OPTIONS", option()))) {
            // It is not undeployed: Logback does not wait for its thread that looks at the file, and Tomcat warns of
            // that one.
            play(container.deploy("", variables(upstream)), upstream);
        }
    }

    private static Map<String, String> variables(ApiServerStandIn upstream, String... others) {
        Map<String, String> variables =
                Launcher.with(upstream.environment(), "CACHE_TTL_SECONDS", "0", "UPSTREAM_TIMEOUT_SECONDS", "60");
        return Launcher.with(variables, others);
    }

    private String option() {
        configure("first", AT_THE_START);
        return "-Dlogback.configurationFile=" + file();
    }

    private Path file() {
        return directory.resolve("logback.xml");
    }

    private void configure(String name, String loggers) {
        String text = """
                <configuration scan='true' scanPeriod='100 milliseconds'>
                  <appender name='A' class='ch.qos.logback.core.ConsoleAppender'>
                    <encoder><pattern>%s %%level %%logger %%msg%%n%%ex</pattern></encoder>
                  </appender>
                  %s
                </configuration>
                """.formatted(name, loggers);
        try {
            Path beside = Files.writeString(directory.resolve("new"), text);
            Files.move(beside, file(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void play(StartedGateway gateway, ApiServerStandIn upstream) {
        String token = Repository.text(Path.of(upstream.environment().get("SA_TOKEN_PATH")))
                .strip();
        provoke("first", token, gateway, upstream);
        configure("second", LATER);
        provoke("second", token, gateway, upstream);
        List<String> pieces = IntStream.rangeClosed(0, token.length() - PIECE)
                .mapToObj(from -> token.substring(from, from + PIECE))
                .toList();
        assertThat(gateway.log().stream().filter(line -> pieces.stream().anyMatch(line::contains)))
                .isEmpty();
    }

    /** Has the API server asked until the log says, in these words of its first configuration or its second, that it failed. */
    private static void provoke(String name, String token, StartedGateway gateway, ApiServerStandIn upstream) {
        for (Reply echo : List.of(
                Reply.of(403, token, token.getBytes(StandardCharsets.US_ASCII)),
                Reply.of(200, token, token.getBytes(StandardCharsets.US_ASCII)),
                Reply.redirect(302, "https://a.example/" + token))) {
            int before = failures(name, gateway);
            upstream.jwks().fail(echo);
            Await.until(BOUND, name + ": a failure with its stack trace", () -> {
                Get.status(gateway, "/readyz");
                return failures(name, gateway) > before;
            });
            upstream.jwks().heal();
            Await.until(BOUND, name + ": the end of it", () -> Get.status(gateway, "/readyz") == 200);
        }
    }

    private static int failures(String name, StartedGateway gateway) {
        String logger = name + " DEBUG io.github.kubeoidc.gateway.cache.";
        return (int)
                gateway.log().stream().filter(line -> line.startsWith(logger)).count();
    }
}
