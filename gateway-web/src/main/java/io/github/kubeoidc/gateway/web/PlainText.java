// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The answers that are no document: a status and its words on a line of plain text, not to be stored (RFC 9111, section 5.2.2.5). */
enum PlainText {
    OK(200, "OK"),
    NOT_FOUND(404, "Not Found"),
    METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
    BAD_GATEWAY(502, "Bad Gateway"),
    SERVICE_UNAVAILABLE(503, "Service Unavailable");

    private final int status;
    private final byte[] content;

    PlainText(int status, String words) {
        this.status = status;
        this.content = (words + '\n').getBytes(StandardCharsets.US_ASCII);
    }

    void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("text/plain");
        Body.send(content, request, response);
    }
}
