// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sends content without making a thread wait for the client to take it. */
final class Body {
    private Body() {}

    static void send(byte[] content, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getMethod().equals("HEAD")) {
            response.setContentLength(content.length);
            return;
        }
        // With room for more than all of it and no explicit length the container writes once, at the end, without a
        // thread that waits, and sets Content-Length itself. Jetty blocks on a write that reaches an announced length.
        response.setBufferSize(content.length + 1);
        response.getOutputStream().write(content);
    }
}
