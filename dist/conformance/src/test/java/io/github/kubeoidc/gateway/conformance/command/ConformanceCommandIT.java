// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The real launcher, at this build's gateway and at a server that is none. */
class ConformanceCommandIT {

    @TempDir
    private Path directory;

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)));
    }

    @Test
    void aGatewayThatIsStartedConformsAndEveryReportIsWellFormed() throws Exception {
        Path junit = directory.resolve("report.xml");
        Path html = directory.resolve("report.html");
        Command.Run run = Command.run(
                directory,
                "--command",
                Command.GATEWAY.toString(),
                "--only",
                "1.5",
                "--only",
                "3.1",
                "--without",
                "3.1 a fresh document is served without upstream",
                "--json",
                "--junit",
                junit.toString(),
                "--html",
                html.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .startsWith("Checking " + Command.GATEWAY + "\n")
                .contains("ok        1.5 ", "\n4 checks: 3 passed, 1 left out; ")
                .endsWith("No promise that binds was seen broken.\n");
        JsonObject json = new Gson().fromJson(run.out(), JsonObject.class);
        assertThat(json.get("conforms").getAsBoolean()).isTrue();
        assertThat(json.getAsJsonArray("results")).hasSize(4);
        Document suite = xml(Files.readString(junit));
        assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(4);
        assertThat(suite.getElementsByTagName("skipped").getLength()).isEqualTo(1);
        String page = Files.readString(html);
        assertThat(xml(page).getElementsByTagName("h2").getLength()).isEqualTo(3);
        assertThat(page).doesNotContain("http://", "https://");
    }

    @Test
    void aGatewayThatRunsConforms() throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                StartedGateway gateway =
                        CommandGateway.start(List.of(Command.GATEWAY.toString()), upstream.environment())) {
            Command.Run run = Command.run(directory, "--url", gateway.baseUri().toString());
            assertThat(run.status()).as(run.out() + run.err()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .startsWith("Checking " + gateway.baseUri() + ", as it runs (")
                    .containsPattern("\\n(\\d{3}) checks: \\1 passed; ")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void aServerThatIsNoGatewayDoesNot() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "<h1>It works!</h1>\u001b[2J".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            Command.Run run = Command.run(
                    directory,
                    "--url",
                    "http://127.0.0.1:" + server.getAddress().getPort(),
                    "--only",
                    "1");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out())
                    .contains(
                            "FAILED    1 GET /livez is 404\n          breaks 1, GET /livez is 404: sent «GET /livez HTTP/1.1")
                    .contains("with 22 bytes «<h1>It works!</h1>\\x1b[2J»; expected status 404\n")
                    .containsPattern("\\d+ promises are broken")
                    .doesNotContain("\u001b");
        } finally {
            server.stop(0);
        }
    }

    /** An operator who checks a gateway by its URL does not download what starts containers. */
    @Test
    void allItsJarsAreAtMost8Megabytes() throws Exception {
        try (Stream<Path> jars = Files.list(Command.launcher().resolveSibling("../lib"))) {
            assertThat(jars.mapToLong(jar -> jar.toFile().length()).sum()).isBetween(1L, 8_000_000L);
        }
    }

    @Test
    void misuseIsStatus2() throws Exception {
        Command.Run run = Command.run(directory, "--nonsense");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("conformance: there is no option '--nonsense'");
    }

    @Test
    void runsThroughALinkAndKnowsItsVersion() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Command.launcher());
        Command.Run run = Command.run(link, directory, "--version");
        assertThat(run.status()).isZero();
        assertThat(run.out()).matches("conformance \\d+\\.\\d+\\.\\d+.*\n");
    }

    @Test
    void anEndEndsWhatWasStarted() throws Exception {
        Path pids = Files.createFile(directory.resolve("pids"));
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Process run = Command.start(
                Command.launcher(),
                directory,
                Map.of("JAVA_OPTS", "-Djava.io.tmpdir=" + temporary),
                "--command",
                "sh -c 'echo $$ >>" + pids + "; exec " + Command.GATEWAY + "'",
                "--only",
                "1.7");
        try {
            // The first is that which is asked whether it answers; then four at a time.
            Await.until(
                    Duration.ofSeconds(120),
                    "gateways to be started",
                    () -> lines(pids).size() >= 4);
            run.destroy();
            Await.until(Duration.ofSeconds(30), "the command to end", () -> !run.isAlive());
        } finally {
            run.destroyForcibly();
        }
        String errors = Files.readString(directory.resolve("err"));
        // Another status is that of a run that has ended by itself, before the signal: what it said tells why.
        assertThat(run.exitValue())
                .as(errors + Files.readString(directory.resolve("out")))
                .isEqualTo(143);
        Await.until(
                Duration.ofSeconds(30),
                "the gateways to be gone",
                () -> lines(pids).stream()
                        .noneMatch(pid -> ProcessHandle.of(Long.parseLong(pid)).isPresent()));
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
        assertThat(errors).contains("conformance: interrupted; there is no report");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
