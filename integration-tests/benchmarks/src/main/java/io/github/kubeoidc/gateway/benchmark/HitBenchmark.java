// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One request and its answer on a kept connection, in three depths, each of which contains the one before. What the servlet
 * layer costs is the difference between the first two. The log is at WARN: its lines would go where JMH's report goes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class HitBenchmark {

    /**
     * Jetty's parser and generator, and a handler that sends an answer of the same length and fields.
     *
     * @param jetty without a servlet layer
     * @return the answer's length in bytes
     */
    @Benchmark
    public int handler(BareHandler jetty) {
        return jetty.exchange();
    }

    /**
     * The web application, as a servlet container runs it.
     *
     * @param application the servlet and its filter
     * @return the answer's length in bytes
     */
    @Benchmark
    public int webApplication(WebApplication application) {
        return application.exchange();
    }

    /**
     * The embedded server, its front door included, over loopback: with system calls, and with the two threads that wake
     * each other.
     *
     * @param server the whole of it
     * @return the answer's length in bytes
     * @throws IOException if the server ends the connection
     */
    @Benchmark
    public int server(EmbeddedServer server) throws IOException {
        return server.exchange();
    }
}
