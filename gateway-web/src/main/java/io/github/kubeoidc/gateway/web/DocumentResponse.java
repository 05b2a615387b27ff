// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.Representation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/** Sends a document: 200, 304 where the client has it already (RFC 9110, section 13.1.2), or 502 where there is none. */
final class DocumentResponse implements Sender<Answer> {
    private final String cacheControl;
    private final HttpDates dates;

    DocumentResponse(Duration clientCacheTtl, InstantSource clock) {
        this.cacheControl = "public, max-age=" + clientCacheTtl.toSeconds();
        this.dates = new HttpDates(clientCacheTtl, clock);
    }

    @Override
    public void send(Answer answer, HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestLog.of(request).setCacheHit(answer.status().fromMemory());
        Representation document = answer.representation();
        if (document == null) {
            PlainText.BAD_GATEWAY.send(request, response);
            return;
        }
        response.setHeader("Cache-Control", cacheControl);
        HttpDates.Formatted now = dates.now();
        response.setHeader("Date", now.date());
        response.setHeader("Expires", now.expires());
        response.setHeader("ETag", document.etag());
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Access-Control-Allow-Origin", "*");
        if (EntityTags.match(request.getHeaders("If-None-Match"), document.etag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType("application/json");
        Body.send(document.body(), request, response);
    }
}
