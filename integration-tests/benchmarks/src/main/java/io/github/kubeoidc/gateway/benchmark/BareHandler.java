// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Jetty without the servlet layer: as many fields and bytes as a document has, and nothing that decides what is sent. */
@State(Scope.Benchmark)
public class BareHandler {
    private MemoryConnection connection;

    /**
     * Starts the server and asks once.
     *
     * @throws Exception if it does not start
     */
    @Setup
    public void open() throws Exception {
        connection = new MemoryConnection(Question.HIT, new Answer());
    }

    int exchange() {
        return connection.exchange();
    }

    /** Ends the server. */
    @TearDown
    public void close() {
        connection.end();
    }

    private static final class Answer extends Handler.Abstract.NonBlocking {
        private static final HttpFields FIELDS = HttpFields.build()
                .add("Content-Type", "application/json")
                .add("Cache-Control", "public, max-age=30")
                .add("ETag", "\"1f0e5a6f2c3b4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6\"")
                .add("Last-Modified", "Sat, 28 Nov 2026 00:00:00 GMT")
                .add("X-Content-Type-Options", "nosniff")
                .add("Access-Control-Allow-Origin", "*")
                .asImmutable();

        private final byte[] body = new byte[800];

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().add(FIELDS);
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }
}
