// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.STALE;
import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.3, and the warning of 2.3. */
class FetchLogTest {
    private static final Duration BEYOND_TTL = Duration.ofSeconds(101);

    private final LogLines log = LogLines.listen();
    private final CacheBench bench = new CacheBench();

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void whatGoesWellIsNotLogged() {
        bench.loadBoth();
        bench.get(JWKS);
        bench.advance(BEYOND_TTL);
        bench.loadBoth();
        bench.cache.check();
        assertThat(log.lines()).isEmpty();
    }

    // "A failed fetch is one WARN line: path, cause in words an operator can act on … and whether a stale document is
    // served."
    @Test
    void everyFailedFetchIsOneWarningThatNamesPathAndCauseAndNoRequestDuringThePauseIs() {
        bench.get(JWKS);
        bench.get(JWKS);
        bench.source.fail(
                JWKS,
                new CompletionException(new FetchException(Outcome.UNAUTHORIZED, "401: is the token valid?", null)));
        for (int i = 0; i < 100; i++) {
            bench.get(JWKS);
        }
        String line = "WARN path=/openid/v1/jwks fetch failed: 401: is the token valid?; there is no document to serve";
        assertThat(log.lines()).containsExactly(line);
        bench.advance(Duration.ofSeconds(1));
        bench.get(JWKS);
        bench.source.fail(JWKS, new FetchException(Outcome.UNAUTHORIZED, "401: is the token valid?", null));
        assertThat(log.lines()).containsExactly(line, line);
    }

    @Test
    void aFailedFetchSaysOfWhatAgeTheDocumentIsThatIsServed() {
        bench.load(DISCOVERY, "{}");
        bench.advance(Duration.ofSeconds(130));
        bench.failOnDemand(DISCOVERY);
        assertThat(log.lines())
                .containsExactly("WARN path=/.well-known/openid-configuration fetch failed: IO in words;"
                        + " the document fetched 130s ago is served");
    }

    // Nobody knows what the message of an unexpected exception quotes.
    @Test
    void ofAnUnexpectedExceptionOnlyTheClassIsLogged() {
        bench.get(JWKS);
        bench.source.fail(JWKS, new IllegalStateException("Bearer abc"));
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains("fetch failed: unexpected IllegalStateException;")
                .doesNotContain("abc");
    }

    // "No stack trace below DEBUG"
    @Test
    void theStackTraceIsForDebugOnly() {
        bench.failOnDemand(JWKS);
        assertThat(log.events())
                .filteredOn(event -> event.getThrowableProxy() != null)
                .singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
    }

    // "Recovery is one INFO line."
    @Test
    void recoveryIsOneLineThatCountsTheFailures() {
        bench.failOnDemand(JWKS);
        bench.advance(Duration.ofSeconds(1));
        bench.failOnDemand(JWKS);
        bench.advance(Duration.ofSeconds(2));
        bench.load(JWKS, "{}");
        bench.advance(BEYOND_TTL);
        bench.load(JWKS, "{}");
        assertThat(log.lines()).hasSize(3).last().isEqualTo("INFO path=/openid/v1/jwks fetched again after 2 failed");
    }

    @Test
    void recoveryOfOneDocumentSaysNothingOfTheOther() {
        bench.failOnDemand(JWKS);
        bench.load(DISCOVERY, "{}");
        assertThat(log.lines()).singleElement().asString().startsWith("WARN path=/openid/v1/jwks");
    }

    // 2.3: "A changed issuer is accepted, with a WARN."
    @Test
    void aChangedIssuerIsServedAndIsOneWarningThatNamesBoth() {
        loadIssuer("https://old.example");
        loadIssuer("https://new.example");
        loadIssuer("https://new.example");
        assertThat(log.lines())
                .containsExactly(
                        "WARN path=/.well-known/openid-configuration issuer changed from https://old.example to"
                                + " https://new.example: relying parties that trust the old one refuse new tokens");
        bench.get(DISCOVERY);
        bench.advance(Duration.ofMillis(300));
        assertAnswer(bench.get(DISCOVERY), STALE, "{\"issuer\":\"https://new.example\"}");
    }

    @Test
    void anIssuerCanForgeNoLineAndFillNoLog() {
        loadIssuer("https://old.example\nERROR forged");
        loadIssuer("https://new.example/" + "n".repeat(500) + "\r\nforged");
        String line = log.lines().get(0);
        assertThat(line)
                .contains(" from https://old.example\\u000aERROR\\u0020forged to ")
                .contains(" to https://new.example/" + "n".repeat(236) + ":")
                .doesNotContain("\n", "\r");
    }

    @Test
    void aWarningOfTheIssuerAlsoComesAfterAnOutage() {
        loadIssuer("https://old.example");
        bench.failOnDemand(DISCOVERY);
        bench.advance(Duration.ofSeconds(30));
        loadIssuer("https://new.example");
        assertThat(log.lines()).hasSize(3).anyMatch(line -> line.contains("issuer changed"));
    }

    // 6.4: "With the first good documents: issuer, jwks_uri and the number of keys"
    @Test
    void whatTheFirstDocumentsSayIsOneLineOnceBothAreThere() {
        bench.load(JWKS, "{\"keys\":[{\"kty\":\"RSA\"},{\"kty\":\"EC\",\"kid\":\"a\"}]}");
        assertThat(log.lines()).isEmpty();
        loadDiscovery("https://i.example", "https://i.example/jwks");
        loadDiscovery("https://i.example", "https://i.example/other");
        assertThat(log.lines())
                .containsExactly(
                        "INFO first documents: issuer=https://i.example jwks_uri=https://i.example/jwks keys=2");
    }

    // "and a WARN where relying parties cannot use them"
    @Test
    void whatRelyingPartiesCannotUseIsAWarning() {
        loadDiscovery("https://kubernetes.default.svc.cluster.local", "https://10.1.2.3:6443/openid/v1/jwks");
        bench.load(JWKS, "{\"keys\":[{\"kty\":\"RSA\"}]}");
        assertThat(log.lines())
                .containsExactly(
                        "INFO first documents: issuer=https://kubernetes.default.svc.cluster.local"
                                + " jwks_uri=https://10.1.2.3:6443/openid/v1/jwks keys=1",
                        "WARN issuer https://kubernetes.default.svc.cluster.local is a name inside the cluster: relying"
                                + " parties cannot use it",
                        "WARN jwks_uri https://10.1.2.3:6443/openid/v1/jwks has a private address: relying parties"
                                + " cannot use it");
    }

    // 6.4: "a jwks_uri that is private or cluster-internal while JWKS_URI is unset"; what relying parties see is told
    @Test
    void whatIsPublishedInPlaceOfThePrivateJwksUriIsToldWithoutAWarning() {
        CacheBench published = new CacheBench(Map.of("JWKS_URI", "https://10.9.9.9/jwks"));
        published.get(DISCOVERY);
        published.source.succeed(
                DISCOVERY,
                "{\"issuer\":\"https://i.example\",\"jwks_uri\":\"https://10.1.2.3:6443/openid/v1/jwks\"}",
                "https://i.example");
        published.load(JWKS, "{\"keys\":[{\"kty\":\"RSA\"}]}");
        assertThat(log.lines())
                .containsExactly(
                        "INFO first documents: issuer=https://i.example jwks_uri=https://10.9.9.9/jwks keys=1");
    }

    private void loadDiscovery(String issuer, String jwksUri) {
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + jwksUri + "\"}", issuer);
        bench.advance(BEYOND_TTL);
    }

    private void loadIssuer(String issuer) {
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "{\"issuer\":\"" + issuer + "\"}", issuer);
        bench.advance(BEYOND_TTL);
    }
}
