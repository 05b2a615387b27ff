// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.Representation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;

/**
 * Sends one of the two documents: 200, 304 where the client has it already (RFC 9110, section 13.1.2), or 502 where there is
 * none.
 */
final class DocumentResponse implements Sender<Answer> {
    private final FreshnessHeaders headers;

    DocumentResponse(InstantSource clock) {
        headers = new FreshnessHeaders(clock);
    }

    @Override
    public void send(Answer answer, HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestLog.of(request).setCache(answer.status());
        Representation document = answer.representation();
        if (document == null) {
            PlainText.BAD_GATEWAY.send(request, response);
            return;
        }
        FreshnessHeaders.Values now = headers.now(answer.maxAgeSeconds());
        response.setHeader("Cache-Control", now.cacheControl());
        response.setHeader("Date", now.date());
        response.setHeader("Expires", now.expires());
        response.setHeader("ETag", document.etag());
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Access-Control-Allow-Origin", "*");
        if (isKnown(document, request)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            Body.complete(request);
            return;
        }
        response.setContentType("application/json");
        Body.send(document.body(), request, response);
    }

    private static boolean isKnown(Representation document, HttpServletRequest request) {
        // First whether the field is there at all, which allocates nothing: most requests have none.
        return request.getHeader("If-None-Match") != null
                && EntityTags.match(request.getHeaders("If-None-Match"), document.etag());
    }
}
