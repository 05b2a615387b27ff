// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.nio.charset.StandardCharsets;

/** What is asked. */
public enum Question {
    /** The key set. */
    HIT("GET", ApiServerStandIn.JWKS_PATH, "", 200),
    /** The key set, where the client has one. */
    NOT_MODIFIED("GET", ApiServerStandIn.JWKS_PATH, "If-None-Match: *\r\n", 304),
    /** The key set's fields. */
    HEAD("HEAD", ApiServerStandIn.JWKS_PATH, "", 200),
    /** What is not there. */
    NOT_FOUND("GET", "/nothing", "", 404);

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final String fields;
    private final String statusLine;

    Question(String method, String path, String condition, int status) {
        fields = method + " " + path + " HTTP/1.1\r\nHost: issuer.example\r\nUser-Agent: benchmark\r\nAccept: */*\r\n"
                + condition;
        statusLine = "HTTP/1.1 " + status + " ";
    }

    byte[] bytes() {
        return (fields + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The same, as the last one on its connection. */
    byte[] lastBytes() {
        return (fields + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Returns how many bytes the body of an answer has. Without a look at its status, a benchmark of the wrong answer would
     * look like a fast one.
     *
     * @param answer the whole of it
     * @throws IllegalStateException if it is another one than expected
     */
    int bodyBytes(String answer) {
        if (!answer.startsWith(statusLine)) {
            throw new IllegalStateException(this + " was answered by " + answer);
        }
        return answer.length() - answer.indexOf(END_OF_HEAD) - END_OF_HEAD.length();
    }
}
