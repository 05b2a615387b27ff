// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends content without making a thread wait for the client to take it, and completes the request, where that is asynchronous.
 * A large document is sent from its own bytes: a thousand clients that do not take their copies would end a small heap.
 */
final class Body {
    /** Content of up to so many bytes is copied into a buffer of the container's, which costs the least time. */
    static final int MAX_COPIED_BYTES = 32 * 1024;

    /** The container bounds each write, and an answer that makes headway goes on. */
    private static final Duration NO_TIMEOUT = Duration.ZERO;

    private Body() {}

    static void send(byte[] content, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getMethod().equals("HEAD")) {
            response.setContentLength(content.length);
            complete(request);
        } else if (content.length <= MAX_COPIED_BYTES) {
            // With room for more than all of it and no explicit length the container writes once, at the end, without a
            // thread that waits, and sets Content-Length itself. Jetty blocks on a write that reaches an announced
            // length.
            response.setBufferSize(content.length + 1);
            response.getOutputStream().write(content);
            complete(request);
        } else {
            response.setContentLength(content.length);
            AsyncContext async = request.isAsyncStarted()
                    ? request.getAsyncContext()
                    : RequestLog.startAsync(request, response, NO_TIMEOUT);
            RequestLog.of(request).handOver();
            ServletOutputStream output = response.getOutputStream();
            output.setWriteListener(new LargeBody(content, output, async));
        }
    }

    /** Ends an answer, where that is asynchronous. */
    static void complete(HttpServletRequest request) {
        if (request.isAsyncStarted()) {
            request.getAsyncContext().complete();
        }
    }

    /** Hands over all of the content at once: Jetty writes it piece by piece, as the client takes it. */
    private static final class LargeBody implements WriteListener {
        private final ServletOutputStream output;
        private final AsyncContext async;
        private byte @Nullable [] unsent;

        LargeBody(byte[] content, ServletOutputStream output, AsyncContext async) {
            this.unsent = content;
            this.output = output;
            this.async = async;
        }

        @Override
        public void onWritePossible() throws IOException {
            byte[] content = unsent;
            if (content != null && output.isReady()) {
                unsent = null;
                // Not in pieces of ours: Jetty tells no listener of the end of an answer that is cut between them.
                output.write(content);
            }
            if (unsent == null && output.isReady()) {
                async.complete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            async.complete();
        }
    }
}
