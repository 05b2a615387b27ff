// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CONTRACT 11: {@code check} "tells an operator why federation does not work". A row is one thing that is wrong, of the API
 * server, of a gateway at its public URL or of a workload's token: its cause is one line, with what to do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrokenSetUp extends SetUp {
    StandIn gateway;
    final List<String> arguments = new ArrayList<>();

    /**
     * A row.
     *
     * @param breakOne breaks one thing
     * @param text the row's name; how the line begins that tells the cause, verdict included; and how others do. Two dots stand
     *     for anything
     */
    record Row(Executable breakOne, String text) {
        /** The lines as patterns, the cause first. */
        List<Pattern> told() {
            return text.lines()
                    .skip(1)
                    .map(line -> Stream.of(line.split("\\.\\.(?!\\.)"))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*")))
                    .map(Pattern::compile)
                    .toList();
        }

        @Override
        public String toString() {
            return text.lines().findFirst().orElseThrow();
        }
    }

    /** What can be broken, of this instance's set-up. */
    abstract Stream<Row> rows();

    @BeforeEach
    void startGateway() throws Exception {
        Path publicCa = Files.writeString(directory.resolve("public-ca"), CERTIFICATES.pem("root"));
        arguments.clear();
        arguments.addAll(List.of("--public-url", "", "--public-ca", publicCa.toString()));
        arguments.addAll(List.of("--token", workloadToken().toString()));
        gateway(CERTIFICATES.server("server", 2), "TLSv1.2", "TLSv1.3");
        workload("one", KEY, 600, 0);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theCauseIsOneLine(Row row) throws Throwable {
        row.breakOne.execute();
        int status = row.text.contains("\nFAIL") ? Commands.FAILED : Commands.DONE;
        String out = check(status, arguments.toArray(String[]::new));
        Pattern cause = row.told().get(0);
        assertThat(out.lines().filter(line -> cause.matcher(line).lookingAt()))
                .as("lines that tell it, in%n%s", out)
                .hasSize(1);
        assertThat(out.lines().filter(line -> line.startsWith("FAIL")).limit(1))
                .as("what fails first is the cause, in%n%s", out)
                .allMatch(line -> cause.matcher(line).lookingAt());
        assertThat(row.told())
                .allSatisfy(other -> assertThat(out.lines())
                        .anyMatch(line -> other.matcher(line).lookingAt()));
        if (upstream.slow.isEmpty() && gateway.slow.isEmpty()) {
            assertJsonSaysTheSame(out.lines().toList(), status);
        }
    }

    /** The same verdicts of the same steps; what was seen may have a time in it. */
    private void assertJsonSaysTheSame(List<String> lines, int status) throws IOException {
        arguments.add("--json");
        String said = check(status, arguments.toArray(String[]::new));
        JsonObject report = Facts.object(said.getBytes(StandardCharsets.UTF_8));
        assertThat(report.get("ok").getAsBoolean()).isEqualTo(status == 0);
        List<String> steps = new ArrayList<>();
        for (JsonElement element : report.getAsJsonArray("steps")) {
            JsonObject step = element.getAsJsonObject();
            steps.add("%-4s  %s: ".formatted(Facts.string(step, "verdict"), Facts.string(step, "step")));
        }
        assertThat(lines).zipSatisfy(steps, (line, step) -> assertThat(line).startsWith(step));
    }

    /** Puts a gateway in front, which serves what the API server has at this moment and later. */
    void gateway(SSLContext tls, String... protocols) throws IOException {
        gateway = server(tls, protocols);
        gateway.bodies.putAll(upstream.bodies);
        for (String path : List.of(StandIn.DISCOVERY, StandIn.JWKS)) {
            gateway.headers.put(
                    path,
                    new HashMap<>(Map.of(
                            "Content-Type", "application/json",
                            "Cache-Control", "public, max-age=3600",
                            "ETag", "\"a\"",
                            "Access-Control-Allow-Origin", "*",
                            "X-Content-Type-Options", "nosniff")));
        }
        publicUrl(gateway.environment.get("UPSTREAM_HOST"));
    }

    void publicUrl(String url) {
        arguments.set(1, url);
    }

    /** Has the gateway serve it too. */
    @Override
    void publish(String path, String body) {
        super.publish(path, body);
        if (gateway != null) {
            gateway.bodies.put(path, body);
        }
    }

    void workload(String kid, RsaJsonWebKey by, long seconds, long validIn) throws Exception {
        long now = Instant.now().getEpochSecond();
        String claims = "{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":[\"sts.amazonaws.com\"],\"exp\":%d,\"nbf\":%d}";
        Files.writeString(
                workloadToken(), Tokens.sign(by, kid, claims.formatted(ISSUER, now + seconds, now + validIn)));
    }

    /** The URL of a server by a name with these addresses, the first of which answers in clear. */
    String byName(StandIn server, String... addresses) throws IOException {
        int port = URI.create(server.environment.get("UPSTREAM_HOST")).getPort();
        answerInClear(new ServerSocket(port, 10, InetAddress.getByName(addresses[0])));
        upstream.names.put("two.example", addresses);
        return "https://two.example:" + port;
    }

    /** The https URL of a server that answers in clear, as nginx does. */
    String plainServer() throws IOException {
        return answerInClear(new ServerSocket(0, 10, StandIn.loopback().getAddress()));
    }

    private String answerInClear(ServerSocket server) {
        return serve(server, client -> send(client, "HTTP/1.1 400 Bad Request\r\n\r\n"));
    }

    /** What a server does with a client that has sent something; the connection is closed afterwards. */
    @FunctionalInterface
    interface Answer {
        void to(Socket client) throws IOException;
    }

    /** Answers on a thread of its own, and returns the https URL. */
    String serve(ServerSocket server, Answer answer) {
        opened(server);
        Thread thread = new Thread(() -> serveAll(server, answer), "server");
        thread.setDaemon(true);
        thread.start();
        return "https://127.0.0.1:" + server.getLocalPort();
    }

    private static void serveAll(ServerSocket server, Answer answer) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                if (client.getInputStream().read(new byte[8192]) > 0) {
                    answer.to(client);
                }
            } catch (IOException e) {
                // The client has had enough, or the test is over.
            }
        }
    }

    static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
