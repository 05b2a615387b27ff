// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class WordsTest {
    /** CONTRACT 1: the paths below the gateway's root. */
    @Test
    void bothDocumentsHaveThePathsThatTheApiServerHas() {
        assertThat(DocumentKind.DISCOVERY.path()).isEqualTo("/.well-known/openid-configuration");
        assertThat(DocumentKind.JWKS.path()).isEqualTo("/openid/v1/jwks");
        assertThat(DocumentKind.values()).hasSize(2);
    }

    /** CONTRACT 6.1: {@code cache_hit} is true where the answer came from memory, stale included. */
    @Test
    void freshAndStaleAnswersComeFromMemory() {
        assertThat(CacheStatus.HIT.fromMemory()).isTrue();
        assertThat(CacheStatus.STALE.fromMemory()).isTrue();
        assertThat(CacheStatus.MISS.fromMemory()).isFalse();
        assertThat(CacheStatus.NONE.fromMemory()).isFalse();
    }

    @Test
    void theAnswerWithoutADocumentIsNone() {
        assertThat(Answer.NONE).isEqualTo(new Answer(null, CacheStatus.NONE, 0));
    }

    /** CONTRACT 5: all problems in one message. */
    @Test
    void aConfigurationExceptionHasALineForEachProblem() {
        assertThat(new ConfigurationException(List.of("A is bad", "B is bad")))
                .hasMessage("invalid configuration:\n  A is bad\n  B is bad");
    }

    @Test
    void aFetchExceptionTellsWhatCausedIt() {
        Exception cause = new Exception("underneath");
        FetchException failure = new FetchException(FetchException.Outcome.TIMEOUT, "timed out after 5s", cause);
        assertThat(failure).hasMessage("timed out after 5s").hasCause(cause);
        assertThat(failure.outcome()).isEqualTo(FetchException.Outcome.TIMEOUT);
    }

    @Test
    void whatAFutureWrapsIsUnwrappedAndNothingElse() {
        Exception cause = new Exception("underneath");
        assertThat(FetchException.unwrap(new CompletionException(cause))).isSameAs(cause);
        Exception other = new Exception(cause);
        assertThat(FetchException.unwrap(other)).isSameAs(other);
        CompletionException empty = new CompletionException(null);
        assertThat(FetchException.unwrap(empty)).isSameAs(empty);
    }

    /** CONTRACT 9: {@code path} "is one of the known ones or {@code other}". */
    @Test
    void aRouteHasThePathOfWhatItLeadsTo() {
        assertThat(Route.of(DocumentKind.DISCOVERY)).isEqualTo(Route.DISCOVERY);
        assertThat(Route.of(DocumentKind.JWKS)).isEqualTo(Route.JWKS);
        assertThat(Route.values())
                .extracting(Route::path)
                .containsExactly(
                        "/.well-known/openid-configuration", "/openid/v1/jwks", "/healthz", "/readyz", "other");
    }

    /** CONTRACT 1.1: "never more than the {@code max-age} that upstream sent with it". */
    @Test
    void aDocumentIsTheSameWithTheMaxAgeThatUpstreamSent() {
        Document document = new Document(DocumentKind.DISCOVERY, new byte[] {1}, "https://i.example");
        assertThat(document.upstreamMaxAge()).isNull();
        Document kept = document.withUpstreamMaxAge(Duration.ofSeconds(9));
        assertThat(kept.upstreamMaxAge()).isEqualTo(Duration.ofSeconds(9));
        assertThat(kept)
                .usingRecursiveComparison()
                .ignoringFields("upstreamMaxAge")
                .isEqualTo(document);
    }
}
