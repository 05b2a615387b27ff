// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** What Jetty is told of HTTP/1.1: how large a head may be, which syntax is refused, and what costs memory. */
final class HttpSettings {
    /** How much of a connection is read at a time. */
    static final int INPUT_BYTES = 2 * 1024;

    private static final int MAX_REQUEST_HEAD_BYTES = 8 * 1024;
    private static final int RESPONSE_HEAD_BYTES = 1024;
    private static final int DEFAULT = -1;

    private HttpSettings() {}

    static HttpConnectionFactory connectionFactory() {
        HttpConnectionFactory http = new HttpConnectionFactory(configuration());
        http.setInputBufferSize(INPUT_BYTES);
        return http;
    }

    /** Buffers of multiples of what is read at a time. */
    static ByteBufferPool bufferPool() {
        return new ArrayByteBufferPool(DEFAULT, INPUT_BYTES, DEFAULT);
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_REQUEST_HEAD_BYTES);
        http.setResponseHeaderSize(RESPONSE_HEAD_BYTES);
        // Jetty would remember header fields for each connection, in 64 KiB from its second request on.
        http.setHeaderCacheSize(0);
        // An answer that a client does not take is to cost heap, of which there is most.
        http.setUseOutputDirectByteBuffers(false);
        // Syntax that request smuggling uses is refused, a bare LF included, which Jetty accepts by default. A target's
        // authority decides nothing here, so it need not be Host's (RFC 9112, section 3.2.2).
        http.setHttpCompliance(HttpCompliance.STRICT.with("gateway", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
        // Else, in Jetty 12.1.14, each read that ends before a request begins (an empty line, a change of TLS's keys)
        // puts a listener around the one before: two thousand overflow a thread's stack, and the request is a 500.
        http.setNotifyForbiddenComplianceViolations(true);
        return http;
    }
}
