// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.DocumentKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 13: {@code export}. */
class ExportTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    Path serviceAccount;

    @TempDir
    Path directory;

    private StandIn upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = new StandIn(serviceAccount);
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    private Path file(String path) {
        return directory.resolve(path.substring(1));
    }

    private int export() {
        return upstream.run("export", "--dir", directory.toString());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    // "writes them as they would be served"
    @Test
    void bothDocumentsAreWrittenIndented() {
        assertThat(export()).isZero();
        assertThat(file(StandIn.JWKS)).hasContent("""
                {
                  "keys": [
                    {
                      "kty": "RSA",
                      "kid": "one"
                    }
                  ]
                }""");
        assertThat(file(StandIn.DISCOVERY)).content().startsWith("{\n  \"issuer\": \"https://issuer.example\",\n");
        assertThat(upstream.out())
                .contains("openid-configuration: new\n")
                .contains("jwks: new; keys added: one\n")
                .doesNotContain("secret");
        assertThat(upstream.err()).isEmpty();
    }

    @Test
    void withoutIndentationTheBytesAreUpstreams() {
        upstream.environment.put("PRETTY_PRINT_JSON", "false");
        assertThat(export()).isZero();
        assertThat(file(StandIn.DISCOVERY)).hasContent(upstream.bodies.get(StandIn.DISCOVERY));
        assertThat(file(StandIn.JWKS)).hasContent(upstream.bodies.get(StandIn.JWKS));
    }

    // 2.5 and 10.2
    @Test
    void theConfiguredMembersAreWrittenAsTheyWouldBeServed() {
        upstream.environment.put("PRETTY_PRINT_JSON", "false");
        upstream.environment.put("JWKS_URI", "https://issuer.example/published");
        upstream.environment.put("DISCOVERY_EXTRA_MEMBERS", "{\"issued\": [1.0], \"a\": null}");
        assertThat(export()).isZero();
        assertThat(file(StandIn.DISCOVERY))
                .hasContent("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/published\","
                        + "\"issued\":[1.0],\"a\":null}");
        assertThat(file(StandIn.JWKS)).hasContent(upstream.bodies.get(StandIn.JWKS));
    }

    // 2.6: "So a wrong UPSTREAM_HOST never publishes another cluster's keys."
    @Test
    void nothingOfAnotherIssuerThanTheExpectedIsWritten() throws IOException {
        upstream.environment.put("EXPECTED_ISSUER", "https://other.example");
        assertThat(export()).isEqualTo(1);
        assertThat(upstream.err())
                .contains("its issuer is https://issuer.example, and EXPECTED_ISSUER is https://other.example");
        assertThat(files()).isEmpty();
        upstream.environment.put("EXPECTED_ISSUER", "https://issuer.example");
        assertThat(export()).isZero();
    }

    // 2.6, where upstream becomes another cluster between its two answers
    @ParameterizedTest
    @ValueSource(strings = {"export --jwks -", "export --dir DIR"})
    void aKeySetIsDecidedOnByADiscoveryDocumentThatIsAskedForAfterIt(String command) throws IOException {
        upstream.environment.put("EXPECTED_ISSUER", "https://issuer.example");
        Runnable becomeAnother = () -> {
            upstream.bodies.put(StandIn.JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"theirs\"}]}");
            upstream.bodies.computeIfPresent(
                    StandIn.DISCOVERY, (path, body) -> body.replace("issuer.example", "theirs.example"));
        };
        upstream.afterwards.put(StandIn.JWKS, becomeAnother);
        upstream.afterwards.put(StandIn.DISCOVERY, becomeAnother);
        assertThat(upstream.run(command.replace("DIR", directory.toString()).split(" ")))
                .isEqualTo(1);
        assertThat(upstream.out()).isEmpty();
        assertThat(upstream.err()).contains("its issuer is https://theirs.example");
        assertThat(files()).isEmpty();
    }

    // "It says what changed. Status 0": not where nobody could read that.
    @ParameterizedTest
    @ValueSource(strings = {"export --jwks -", "export --dir DIR", "check", "check --json", "--help"})
    void outputThatCannotBeWrittenIsAFailure(String command) throws IOException {
        String[] arguments = command.replace("DIR", directory.toString()).split(" ");
        assertThat(upstream.runWithoutOutput(arguments)).isEqualTo(1);
        assertThat(upstream.err()).contains("standard output cannot be written");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkfifo", "mkdir"})
    @Timeout(30)
    void whatIsNoRegularFileIsNotOpenedAndStays(String program) throws Exception {
        Files.createDirectories(file(StandIn.JWKS).getParent());
        new ProcessBuilder(program, file(StandIn.JWKS).toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(export()).isEqualTo(1);
        assertThat(upstream.err()).contains(StandIn.JWKS + " is no regular file");
        assertThat(file(StandIn.JWKS)).exists();
        assertThat(files()).isEmpty();
    }

    @Test
    void aFileThatIsLargerThanAnyDocumentStays() throws Exception {
        Files.createDirectories(file(StandIn.JWKS).getParent());
        try (RandomAccessFile sparse = new RandomAccessFile(file(StandIn.JWKS).toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        assertThat(export()).isEqualTo(1);
        assertThat(upstream.err()).contains(StandIn.JWKS + " is larger than any document");
        assertThat(file(StandIn.JWKS)).hasSize(3L << 30);
        assertThat(file(StandIn.DISCOVERY)).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.AAAA, ***",
        "'/nowhere\nand', /nowhere\\u000aand",
        "/nowhere/missing, /nowhere/missing"
    })
    void aDirectoryThatIsMissingIsNotMadeAndATokenInItsPlaceNotPrinted(String given, String told) {
        assertThat(upstream.run("export", "--dir", given)).isEqualTo(1);
        assertThat(upstream.err())
                .contains("--dir " + told + " is no directory")
                .doesNotContain("eyJ");
        assertThat(Path.of(given)).doesNotExist();
    }

    // "a file that would not change is not touched"; "It says what changed."
    @Test
    void onlyWhatChangedIsTouched() throws IOException {
        export();
        for (Path file : files()) {
            Files.setLastModifiedTime(file, LONG_AGO);
        }
        upstream.bodies.put(StandIn.JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"two\"}]}");
        assertThat(export()).isZero();
        assertThat(Files.getLastModifiedTime(file(StandIn.DISCOVERY))).isEqualTo(LONG_AGO);
        assertThat(file(StandIn.JWKS)).content().contains("two");
        assertThat(upstream.out())
                .contains("openid-configuration: unchanged\n")
                .contains("jwks: changed; keys added: two; keys removed: one\n");
        assertThat(files()).hasSize(2);
    }

    // "1 where a document could not be had or was refused, and then nothing is written"
    @ParameterizedTest
    @CsvSource({
        "/.well-known/openid-configuration, 403, '{}', 403: is the ClusterRole bound?",
        "/openid/v1/jwks, 401, '{}', 401: is the token valid?",
        "/openid/v1/jwks, 200, '{\"keys\":[]}', keys is empty",
        "/.well-known/openid-configuration, 200, '{\"issuer\":\"\"}', issuer is empty"
    })
    void nothingIsWrittenWhereOneIsRefused(String path, int status, String body, String why) throws IOException {
        upstream.statuses.put(path, status);
        upstream.bodies.put(path, body);
        assertThat(export()).isEqualTo(1);
        assertThat(upstream.err()).contains(path).contains(why).doesNotContain("secret");
        assertThat(upstream.out()).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void aRefusedDocumentReplacesNoFile() throws IOException {
        export();
        byte[] before = Files.readAllBytes(file(StandIn.DISCOVERY));
        upstream.bodies.put(
                StandIn.DISCOVERY, "{\"issuer\":\"https://new.example\",\"jwks_uri\":\"https://a.example\"}");
        upstream.statuses.put(StandIn.JWKS, 500);
        assertThat(export()).isEqualTo(1);
        assertThat(file(StandIn.DISCOVERY)).hasBinaryContent(before);
    }

    // A file where a directory has to be: root may write everywhere, so that permissions show nothing.
    @ParameterizedTest
    @ValueSource(strings = {"openid", ".well-known"})
    void whereOneFileCannotBeWrittenNoneIsReplaced(String inTheWay) throws IOException {
        Files.writeString(directory.resolve(inTheWay), "here");
        assertThat(export()).isEqualTo(1);
        assertThat(upstream.err()).contains("cannot be written");
        assertThat(files()).containsExactly(directory.resolve(inTheWay));
    }

    /** "each beside and renamed": a run of it may still go on when the next begins. */
    @Test
    void runsAtTheSameTimePublishWholeFiles() throws Exception {
        Path jwks = file(StandIn.JWKS);
        Set<String> whole = Set.of("a".repeat(2000), "b".repeat(3000));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> runs = new ArrayList<>();
        for (String body : whole) {
            runs.add(threads.submit(() -> {
                for (int i = 0; i < 300; i++) {
                    ExportedFiles.write(directory, Map.of(DocumentKind.JWKS, body.getBytes(StandardCharsets.UTF_8)));
                }
                return null;
            }));
        }
        threads.shutdown();
        while (!runs.stream().allMatch(Future::isDone)) {
            if (Files.exists(jwks)) {
                assertThat(Files.readString(jwks)).isIn(whole);
            }
        }
        for (Future<?> run : runs) {
            run.get();
        }
        assertThat(files()).containsExactly(jwks);
    }

    /** A run that was killed between "beside" and "renamed" cannot take its file away; a run of this minute may still need its own. */
    @Test
    void whatAKilledRunLeftGoesWithTheNext() throws IOException {
        export();
        String id = "." + file(StandIn.JWKS).getFileName() + ".6fb1ae6b-3c5d-4a64-9d5a-0c1f0e3c8a11";
        Path left = file(StandIn.JWKS).resolveSibling(id + ".new");
        Path needed = file(StandIn.JWKS).resolveSibling(id.replace('6', '7') + ".new");
        Path foreign = file(StandIn.JWKS).resolveSibling(".jwks.mine.new");
        for (Path file : List.of(left, needed, foreign)) {
            Files.writeString(file, "half");
        }
        Files.setLastModifiedTime(left, LONG_AGO);
        Files.setLastModifiedTime(foreign, LONG_AGO);
        // One that cannot be deleted, by root either, is no reason to write no document.
        Path stuck = Files.createDirectory(file(StandIn.JWKS).resolveSibling(id.replace('6', '5') + ".new"));
        Files.writeString(stuck.resolve("file"), "");
        Files.setLastModifiedTime(stuck, LONG_AGO);
        assertThat(export()).isZero();
        assertThat(files()).doesNotContain(left).contains(needed, foreign);
    }

    // "export --jwks - prints the key set alone"; 2.6: none while nobody knows whose it is
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                     | 500 | RSA |
            https://issuer.example | 200 | RSA |
            https://issuer.example | 500 | RSA | /.well-known/openid-configuration
            https://other.example  | 200 | RSA | EXPECTED_ISSUER is https://other.example: nothing is written
            ``                     | 200 | RSA","d":"secret | private member d
            """)
    void theKeySetIsPrintedAlone(String expectedIssuer, int discovery, String kty, @Nullable String refused) {
        upstream.environment.put("PRETTY_PRINT_JSON", "false");
        upstream.environment.put("EXPECTED_ISSUER", expectedIssuer);
        upstream.statuses.put(StandIn.DISCOVERY, discovery);
        upstream.bodies.put(StandIn.JWKS, "{\"keys\":[{\"kty\":\"" + kty + "\"}]}");
        assertThat(upstream.run("export", "--jwks", "-")).isEqualTo(refused == null ? 0 : 1);
        assertThat(upstream.out()).isEqualTo(refused == null ? upstream.bodies.get(StandIn.JWKS) : "");
        assertThat(upstream.err()).contains(refused == null ? "" : refused).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            export|neither --dir nor --jwks; allowed is --dir DIR, or --jwks -
            export --dir a --jwks -|both --dir and --jwks; allowed is --dir DIR, or --jwks -
            export --jwks file|--jwks file: allowed is -, for standard output
            export --dir|--dir has no value; allowed is --dir DIR, or --jwks -
            export --dir a --dir b|--dir is given 2 times; allowed is once
            export --directory a|unknown argument: --directory; allowed is --dir DIR, or --jwks -
            exprot|unknown command: exprot; allowed is
            """)
    void misuseIsStatus2AndNamesWhatIsAllowed(String arguments, String message) {
        assertThat(upstream.run(arguments.split(" "))).isEqualTo(2);
        assertThat(upstream.err()).startsWith("kube-oidc-gateway: " + message);
        assertThat(upstream.out()).isEmpty();
    }

    @Test
    void aWrongConfigurationIsStatus2() {
        upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "0");
        assertThat(export()).isEqualTo(2);
        assertThat(upstream.err()).contains("UPSTREAM_TIMEOUT_SECONDS=\"0\": allowed is");
    }

    @Test
    void helpNamesTheCommands() {
        assertThat(upstream.run("--help")).isZero();
        assertThat(upstream.out()).contains("export --dir DIR");
    }
}
