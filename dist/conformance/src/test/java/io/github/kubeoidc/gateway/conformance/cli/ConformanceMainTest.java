// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceMainTest {

    private static final String WRONG =
            "HTTP/1.1 200 \u001b[31mFine\r\nX-\u009b2J: <b>|\u0007\r\nContent-Length: 5\r\n\r\n\u0000\u001bc\u00ff.";

    @TempDir
    private Path directory;

    @Test
    void listsEveryCheckOnceInAnOrderThatStays() {
        Run run = Run.of("--list");
        assertThat(run.status()).isZero();
        List<String> expected = ConformanceSuite.of(environment -> {
                    throw new IllegalStateException();
                })
                .checks()
                .stream()
                .map(check -> String.format("%-6s  %-6s  %s", check.severity(), check.scope(), check.name()))
                .toList();
        assertThat(run.out().lines()).containsExactlyInAnyOrderElementsOf(expected);
        List<String> sections = run.out()
                .lines()
                .map(line -> line.substring(16).split(" ")[0])
                .distinct()
                .toList();
        assertThat(sections)
                .startsWith("1", "1.1", "1.2")
                .endsWith("6.6", "7", "8.1", "8.2", "10.1", "10.2")
                .doesNotHaveDuplicates();
    }

    @Test
    void listsWhatIsChosen() {
        assertThat(Run.of("--list", "--url", "http://a.example").out().lines())
                .hasSize(ConformanceSuite.ofRunning(URI.create("http://a.example"))
                        .checks()
                        .size())
                .allMatch(line -> line.startsWith("MUST    ANY     "));
        List<String> five = Run.of("--list", "--only", "1.5").out().lines().toList();
        assertThat(five).hasSize(2).allMatch(line -> line.startsWith("MUST    OWN     1.5 "));
        String name = five.get(0).substring(16);
        assertThat(Run.of("--list", "--only", "1.5", "--without", name).out().lines())
                .containsExactly(five.get(1));
        assertThat(Run.of("--list", "--only", name).out().lines()).containsExactly(five.get(0));
        assertThat(Run.of("--list", "--only", name, "--only", "1").out().lines())
                .as("each once")
                .containsExactlyElementsOf(
                        Run.of("--list", "--only", "1").out().lines().toList());
    }

    @Test
    void sayWhatThereIs() {
        assertThat(Run.of("--help").out())
                .startsWith("usage: conformance --url URL | --image NAME | --command COMMAND");
        for (Options.Name option : Options.Name.values()) {
            assertThat(Run.of("--help").out()).contains(option.toString());
        }
        assertThat(Run.of("--version").out()).startsWith("conformance ");
        assertThat(Run.of("--version", "--nonsense").status()).isEqualTo(2);
    }

    /** Instead of a failure of every check. */
    private static void isOneLine(Run run, String... words) {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).singleElement().asString().contains(words);
    }

    @Test
    void aGatewayThatCannotBeReachedIsOneLine() {
        Run run = Run.of("--url", "http://127.0.0.1:1");
        isOneLine(
                run,
                "conformance: cannot connect to http://127.0.0.1:1: java.net.ConnectException: Connection refused");
    }

    @Test
    void aServerThatClosesAtOnceIsOneLine() {
        try (WrongServer closing = WrongServer.start((in, out) -> {})) {
            Run run = Run.of("--url", closing.url());
            isOneLine(run, "no answer from " + closing.url(), "the connection ended before an answer did");
        }
    }

    @Test
    void aServerThatNeverAnswersIsOneLine() {
        try (WrongServer silent = WrongServer.start((in, out) -> in.transferTo(OutputStream.nullOutputStream()))) {
            isOneLine(Run.of("--url", silent.url()), "no answer from " + silent.url(), "no answer within 20 s");
        }
    }

    @Test
    void answersThatCannotBeReadAreOneLine() {
        try (WrongServer odd = WrongServer.answering("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")) {
            isOneLine(Run.of("--url", odd.url(), "--only", "1.1"), "came back an answer whose length is -5");
        }
    }

    @Test
    void aCommandThatDoesNotStartAGatewayIsOneLine() {
        isOneLine(
                Run.of("--command", "sh -c 'echo some; echo wrong >&2; exit 3'"),
                "conformance: the gateway did not listen; exit status 3, standard output [some], standard error: wrong");
    }

    /** A CI system that finds an empty file shows nothing, or that the file is broken. */
    @Test
    void everyReportSaysThatNoGatewayStarted() throws Exception {
        Path junit = directory.resolve("report.xml");
        Path html = directory.resolve("report.html");
        String why = "the gateway did not listen; exit status 3, standard output [some], standard error: wrong";

        Run run = Run.of(
                "--command",
                "sh -c 'echo some; echo wrong >&2; exit 3'",
                "--json",
                "--junit",
                junit.toString(),
                "--html",
                html.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("conformance: " + why + "\n");
        JsonObject report = new Gson().fromJson(run.out(), JsonObject.class);
        assertThat(report.get("conforms").getAsBoolean()).isFalse();
        assertThat(report.getAsJsonArray("results")).singleElement().satisfies(result -> {
            assertThat(result.getAsJsonObject().get("name").getAsString()).isEqualTo("0 a gateway answers");
            assertThat(result.getAsJsonObject().get("outcome").getAsString()).isEqualTo("unclear");
            assertThat(result.getAsJsonObject().get("message").getAsString()).contains(why);
        });
        assertThat(junit)
                .content()
                .contains("tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"")
                .contains("name=\"a gateway answers\"")
                .contains("<error message=\"", why);
        assertThat(html).content().contains("1 promise could not be judged.", why);
    }

    @Test
    void bytesOfAWrongServerReachNoTerminalAndNoReport() throws Exception {
        try (WrongServer wrong = WrongServer.answering(WRONG)) {
            Run run = Run.of("--url", wrong.url(), "--only", "1.1", "--only", "2.3", "--json");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out().codePoints()).allMatch(c -> c == '\n' || c >= 0x20 && (c < 0x7f || c >= 0xa0));
            assertThat(run.err().codePoints()).allMatch(c -> c == '\n' || c >= 0x20 && (c < 0x7f || c >= 0xa0));
            assertThat(run.err())
                    .startsWith("Checking " + wrong.url() + ", as it runs (")
                    .contains("FAILED    1.1 the JWKS document's Date is now\n          breaks 1.1, ")
                    .contains("came back «HTTP/1.1 200 \\x1b[31mFine» [X-\\x9b2J: <b>|\\x07, Content-Length: 5]")
                    .contains("; there is no Date\n")
                    .contains(" promises are broken.");
            JsonObject report = new Gson().fromJson(run.out(), JsonObject.class);
            assertThat(report.get("conforms").getAsBoolean()).isFalse();
            assertThat(report.getAsJsonObject("counts").get("failed").getAsInt())
                    .isGreaterThan(5);
        }
    }

    @Test
    void bodiesWithoutEndAreSurvived() {
        byte[] block = new byte[1 << 20];
        try (WrongServer endless = WrongServer.start((in, out) -> {
            WrongServer.readHead(in);
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 2147483647\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // Less than is announced, as this process has a heap for many tests.
            for (int i = 0; i < 16; i++) {
                out.write(block);
            }
        })) {
            Run run = Run.of("--url", endless.url(), "--only", "2.3");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("came back an answer whose length is 2147483647");
        }
    }

    @Test
    void whatIsLeftOutIsInTheReportWithItsReason() {
        try (WrongServer wrong = WrongServer.answering(WRONG)) {
            String name = "1.1 the JWKS document's Date is now";
            Run run = Run.of("--url", wrong.url(), "--only", "1.1", "--without", name, "--without", "2.3");
            assertThat(run.out())
                    .contains("left out  " + name + " (left out by --without " + name + ")\n")
                    .contains(", 1 left out; ")
                    .doesNotContain("2.3 ");
        }
    }

    @Test
    void aTerminalSeesHowFarItIsAndColours() {
        try (WrongServer wrong = WrongServer.answering(WRONG)) {
            Run run = Run.of(true, true, "--url", wrong.url(), "--only", "1.1");
            assertThat(run.out())
                    .contains("[0/10]\r\u001b[K", "[1/10]", "[9/10]", " not kept or unclear\r\u001b[K")
                    .contains("\u001b[31mFAILED    \u001b[0m1.1 ")
                    .doesNotContain("[10/10]");
            Run plain = Run.of(true, false, "--url", wrong.url(), "--only", "1.1");
            assertThat(plain.out().replace("\r\u001b[K", "")).doesNotContain("\u001b");
        }
    }

    @Test
    void checksOfARunningGatewayComeOneAfterTheOther() throws UsageException {
        Subject subject = Subject.of(Options.parse(List.of("--url", "http://a.example/path")));
        Selection all = Selection.of(subject.checks(), List.of(), List.of());
        assertThat(subject.atOnce()).isEqualTo(1);
        assertThat(all.checks()).isNotEmpty().allMatch(check -> check.scope() == Check.Scope.ANY);
    }
}
