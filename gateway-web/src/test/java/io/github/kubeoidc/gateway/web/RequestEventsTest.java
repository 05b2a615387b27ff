// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 9: what is counted of requests. */
class RequestEventsTest {
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
        try (WebServer server = new WebServer()) {
            server.ask(method, target, "");

            assertThat(server.told.poll(10, TimeUnit.SECONDS)).isEqualTo(told + " " + WebServer.NANOS_PER_LOOK);
            assertThat(server.told).isEmpty();
        }
    }

    @Test
    void aDocumentKeepsItsRouteBelowAPrefixAndBelowAContextPath() throws Exception {
        try (WebServer server = WebServer.withPrefix("/clusters/a")) {
            server.get("/clusters/a" + WebServer.JWKS);
            assertThat(server.told.poll(10, TimeUnit.SECONDS)).startsWith("JWKS GET 200 HIT");
        }
        try (WebServer server = new WebServer("/clusters/a")) {
            server.get("/clusters/a/readyz");
            assertThat(server.told.poll(10, TimeUnit.SECONDS)).startsWith("READYZ GET 200 NONE");
        }
    }

    @Test
    void aRequestThatWaitsIsToldWhenItIsAnswered() throws Exception {
        try (WebServer server = new WebServer();
                Wire wire = server.connect()) {
            CompletableFuture<Answer> later = new CompletableFuture<>();
            server.jwks = later;
            wire.send("GET " + WebServer.JWKS + " HTTP/1.1\nHost: gateway\n\n");
            server.awaitWaiting(later, 1);
            assertThat(server.told).isEmpty();
            later.complete(WebServer.answer(WebServer.JWKS_BODY, WebServer.JWKS_ETAG, CacheStatus.STALE));

            assertThat(server.told.poll(10, TimeUnit.SECONDS)).startsWith("JWKS GET 200 STALE");
        }
    }

    @Test
    void nothingFetchedIsToldAsSuch() throws Exception {
        try (WebServer server = new WebServer()) {
            server.jwks = CompletableFuture.completedFuture(Answer.NONE);
            server.get(WebServer.JWKS);

            assertThat(server.told.poll(10, TimeUnit.SECONDS)).startsWith("JWKS GET 502 NONE");
        }
    }
}
