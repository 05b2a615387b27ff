// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Speaks raw HTTP to a port of metrics. */
final class Scrape {
    private static final int PATIENCE_MILLIS = 20_000;

    private Scrape() {}

    /** The whole answer, until the server closes. */
    static String exchange(URI uri, String request) throws IOException {
        try (Socket socket = connect(uri)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String get(URI uri) throws IOException {
        return exchange(uri, "GET /metrics HTTP/1.1\r\nHost: gateway\r\n\r\n");
    }

    static Socket connect(URI uri) throws IOException {
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }
}
