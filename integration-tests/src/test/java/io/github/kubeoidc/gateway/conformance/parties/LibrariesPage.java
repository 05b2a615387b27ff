// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of the documentation that says what libraries do with tokens and gateway, as it was seen in a run. */
final class LibrariesPage {

    private static final String INTRODUCTION = """
            # Libraries

            What libraries do with the tokens of a cluster whose documents a gateway publishes. Each row is a relying party that was made
            of the library as its documentation says, and met the launcher of this build at its own https address (`TLS_CERT_FILE`, a
            CA that the relying party trusts), in front of a real API server. The tokens are that API server's: a `TokenRequest` with
            an audience. Nothing in the two tables is written by hand.

            * **issuer**: the API server's `service-account-issuer` is the gateway's address, and the relying party is told nothing else.
              *needs a key URL*: the library discovers nothing; told `…/openid/v1/jwks` beside the issuer, it accepts the token.
            * **issuer with a path**: the same with `PATH_PREFIX`.
            * **key URL**: the issuer is an internal one; the relying party is told the gateway's key URL. *needs discovery*: the library
              takes no key URL without a document.
            * **a new key**: the API server is started again with a new key for signing, and publishes the old one beside it. *at once*: the
              first token of the new key is accepted as soon as the gateway has the new key.
            * **after an unknown `kid`**: the same, where the relying party met a token with an invented `kid` shortly before, and the time is
              counted from there. Most libraries fetch the keys again for an unknown `kid`, and bound how often.

            Every relying party accepts good tokens, the old key's included after the change, and refuses each of the tokens of the second
            table, in its own words, for the reason that the column names. `…` stands for what differs from token to token. The gateway
            ran with `JWKS_CLIENT_CACHE_TTL_SECONDS=300`, as the shipped manifest has it, and `CACHE_TTL_SECONDS=1`.

            `-Dit.test=RelyingPartiesIT` runs it alone, in two minutes, after `mvn -DskipTests package`, and leaves this page in
            `integration-tests/target/libraries.md`:

            ```sh
            mvn -pl integration-tests -am verify -Dtest=none -Dit.test=RelyingPartiesIT \\
              -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
            ```

            It needs a Docker engine, and Node 18 or newer with npm. It fails where a run and the page differ. The set-up of each
            library is in [relying-parties](../../integration-tests/relying-parties/src/main).
            """;

    private static final String REMARKS = """

            ## Remarks

            * **Nimbus, jose**: their time limits were raised to 10 s, as a busy machine takes longer than Nimbus' half a second. jose's
              `cooldownDuration` was lowered from 30 s to 1 s. All else is the default.
            * **Nimbus** fetches at most twice in 30 s, so an unknown `kid` can keep a new key away for as long. Spring Security and pac4j, which
              are built on it, have no such bound: each unknown `kid` is a fetch.
            * **SmallRye JWT**: after a fetch for an unknown `kid` there is no other one for 30 minutes
              (`smallrye.jwt.jwks.forced-refresh-interval`), or until `max-age` is over. So a token with an invented `kid` keeps a new
              key away for as long: [publish it before you sign](../rotation.md). Its words for `alg: none` and an unknown `kid` say
              no more than that it has no key.
            * **jose4j, SmallRye JWT**: their exceptions quote the token. Do not log them at a place that others read.
            * **pac4j** validates the token as the ID token of a client whose identifier is the audience.
            * **Micronaut** keeps the keys for 60 s by a clock of its own and fetches nothing before, not even for an unknown `kid`. Why it refuses a token is in
              its debug log only.
            * **openid-client** discovers, and has nothing that validates a token by itself outside a login: that is jose's part here.
            * **Spring Security** asks three addresses for an issuer with a path; the gateway answers 404 until the right one.
            """;

    /** What was seen of one library. */
    static final class Row {
        private final String parts;
        private final Map<String, String> findings = new LinkedHashMap<>();
        private final Map<Refused, String> words = new LinkedHashMap<>();

        Row(String parts) {
            this.parts = parts;
        }

        void found(String column, String finding) {
            findings.put(column, finding);
        }

        String finding(String column) {
            return findings.getOrDefault(column, "");
        }

        void said(Refused refused, String said) {
            words.put(refused, withoutToken(said));
        }
    }

    private LibrariesPage() {}

    /** What is the same for each token and each run. */
    private static String withoutToken(String said) {
        String text = said.replaceAll("eyJ[\\w-]+\\.[\\w.-]*", "…")
                .replaceAll("\"kid\":\"[^\"]*\"", "\"kid\":\"…\"")
                .replaceAll("NumericDate\\{[^}]*}", "NumericDate{…}")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "…")
                .replaceAll("https://localhost:\\d+", "https://localhost:…");
        String before;
        do {
            before = text;
            text = text.replaceAll("\\{[^{}]{40,}}", "…");
        } while (!text.equals(before));
        return text.replace("|", "\\|");
    }

    static String of(Map<String, Row> rows) {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> said = new LinkedHashMap<>();
        rows.forEach((library, row) -> {
            found.put(
                    library,
                    "| " + library + " | " + row.parts + " | " + String.join(" | ", row.findings.values()) + " |");
            said.put(library, "| " + library + " | " + String.join(" | ", row.words.values()) + " |");
        });
        String columns = rows.values().stream()
                .map(row -> String.join(" | ", row.findings.keySet()))
                .findFirst()
                .orElse("");
        return INTRODUCTION
                + "\n## What they do\n\n| library | made of | " + columns + " |\n|---|---"
                + "|---".repeat(columns.split("\\|").length) + "|\n" + String.join("\n", found.values())
                + "\n\n## What they say\n\n| library | "
                + Arrays.stream(Refused.values()).map(Refused::title).collect(Collectors.joining(" | "))
                + " |\n|---" + "|---".repeat(Refused.values().length) + "|\n" + String.join("\n", said.values()) + "\n"
                + REMARKS;
    }
}
