// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Status 2, one line that names what was given and what is allowed, and nothing is run: no gateway is there. */
class MisuseTest {

    @TempDir
    private Path directory;

    private static void misused(Run run, String... words) {
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("conformance: ")
                .contains(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --nonsense                                   | there is no option '--nonsense'; there are --url, --image
                    http://gateway.example                       | there is no option 'http://gateway.example'
                    --only 1.5                                   | One of --url, --image, --command is needed
                    --image a                                    | --image needs what runs containers
                    --url http://a.example --image b             | --url and --image are given
                    --url http://a.example --command b --image c | --url and --image and --command are given
                    --url http://a.example --url http://b.example| --url is given twice
                    --json --json                                | --json is given twice
                    --url                                        | --url needs a value, and is followed by none
                    --url --json                                 | --url needs a value, and is followed by '--json'
                    --url ftp://a.example                        | --url is 'ftp://a.example'; it has to be http or https
                    --url gateway                                | --url is 'gateway'
                    --url http://                                | --url is 'http://'
                    --url http://a.example:65536                 | --url is 'http://a.example:65536'
                    --url http:///path                           | with a host
                    --url http://a.example/?q                    | neither user info, query nor fragment
                    --url http://a.example/#f                    | neither user info, query nor fragment
                    --url http://a.example --only 1.99           | --only 1.99 matches none of the
                    --url http://a.example --only 1.5            | there are the sections 1 1.1 1.2 1.3 2 2.3 3 3.8
                    --command x --without 99                     | --without 99 matches none
                    --list --json                                | --list runs no check, so there is no report for --json
                    --url http://a.example --without 1 --without 2 --without 3 --only 1 --only 2 | --without leaves out each of the
                    --command x --only 1.5 --without 1           | --without leaves out each of the 2 checks; nothing would be checked
                    --list --only 1.5 --without 1.5              | --without leaves out each of the 2 checks
                    """)
    void saysWhatIsWrong(String arguments, String message) {
        misused(Run.of(arguments.split(" ")), message);
    }

    @Test
    void saysWhatIsNearANameThatThereIsNot() {
        misused(
                Run.of("--command", "x", "--without", "1.5 /openid/v1/jwks is 502 when it never was fetched"),
                "near it: '1.5 /openid/v1/jwks is 502 when it was never fetched and cannot be'");
        misused(
                Run.of("--command", "x", "--without", "a PORT in use"),
                "near it: '7 a port in use is one clear line and status 1'");
    }

    @Test
    void namesNoPassword() {
        Run run = Run.of("--url", "https://admin:secret@a.example/");
        misused(run, "--url is 'https://…@a.example/'", "neither user info");
        assertThat(run.err()).doesNotContain("secret", "admin");
    }

    @Test
    void aFileThatCannotBeWrittenIsFoundOutBeforeTheRun() {
        Path missing = directory.resolve("missing").resolve("report.xml");
        misused(
                Run.of("--command", "touch " + directory.resolve("ran"), "--junit", missing.toString()),
                missing.toString());
        misused(Run.of("--command", "touch " + directory.resolve("ran"), "--html", directory.toString()), "--html");
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void oneFileTakesOneReport() {
        String file = directory.resolve("report").toString();
        misused(
                Run.of("--url", "http://127.0.0.1:1", "--junit", file, "--html", directory + "/./report"),
                "is given for two reports");
    }

    @Test
    void misuseLeavesAnOlderReportAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("report.xml"), "older");
        misused(Run.of("--url", "http://127.0.0.1:1", "--junit", file.toString(), "--only", "99"), "--only 99");
        assertThat(file).hasContent("older");
        assertThat(Run.of("--url", "http://127.0.0.1:1", "--junit", file.toString())
                        .status())
                .isEqualTo(1);
        assertThat(file).content().doesNotContain("older");
    }

    @Test
    void aLineEndInAnArgumentIsShownAndNotWritten() {
        misused(Run.of("--a\nb\u001b[31m"), "'--a\\nb\\x1b[31m'");
    }
}
