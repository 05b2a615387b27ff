// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 9: what is counted of requests. */
class RequestEventsTest {
    @AutoClose
    private final WebServer server = new WebServer();

    @ParameterizedTest
    @CsvSource({
        "GET, /.well-known/openid-configuration, DISCOVERY GET 200 HIT",
        "HEAD, /openid/v1/jwks?a=b, JWKS HEAD 200 HIT",
        "POST, /openid/v1/jwks, JWKS POST 405 NONE",
        "GET, /healthz, HEALTHZ GET 200 NONE",
        "BREW, /readyz, READYZ BREW 405 NONE",
        "GET, /openid/v1/jwks/, OTHER GET 404 NONE",
        "DELETE, /metrics, OTHER DELETE 404 NONE"
    })
    void eachRequestIsToldByItsRouteOnce(String method, String target, String told) throws Exception {
        server.ask(method, target, "");

        assertThat(server.told.poll(10, TimeUnit.SECONDS)).isEqualTo(told + " " + WebServer.NANOS_PER_LOOK);
        assertThat(server.told).isEmpty();
    }

    @Test
    void aDocumentKeepsItsRouteBelowAPrefixAndBelowAContextPath() throws Exception {
        try (WebServer prefixed = WebServer.withPrefix("/clusters/a")) {
            prefixed.get("/clusters/a" + WebServer.JWKS);
            prefixed.assertTold("JWKS GET 200 HIT");
        }
        try (WebServer below = new WebServer("/clusters/a")) {
            below.get("/clusters/a/readyz");
            below.assertTold("READYZ GET 200 NONE");
        }
    }

    @Test
    void aRequestThatWaitsIsToldWhenItIsAnswered() throws Exception {
        try (Wire wire = server.connect()) {
            CompletableFuture<Answer> later = new CompletableFuture<>();
            server.jwks = later;
            wire.send(WebServer.GET_JWKS);
            server.awaitWaiting(later, 1);
            assertThat(server.told).isEmpty();
            later.complete(WebServer.jwks(CacheStatus.STALE));

            server.assertTold("JWKS GET 200 STALE");
        }
    }

    @Test
    void nothingFetchedIsToldAsSuch() throws Exception {
        server.jwks = CompletableFuture.completedFuture(Answer.NONE);
        server.get(WebServer.JWKS);
        server.assertTold("JWKS GET 502 NONE");
    }
}
