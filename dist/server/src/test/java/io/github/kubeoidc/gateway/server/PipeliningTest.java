// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.7: a client that pipelines delays nobody. */
class PipeliningTest {
    private static final String REQUEST = "GET /%s HTTP/1.1\nHost: a\n\n";
    /** More than there are selectors, so that some share one with the client that pipelines. */
    private static final int OTHERS = 20;
    /** As many as fit in one read. */
    private static final int MANY = 20;

    private final HttpThreads threads = new HttpThreads();
    private final Server server = new Server(threads);
    private final BoundedConnector connector =
            new BoundedConnector(server, 1000, Long.MAX_VALUE, new HttpConnectionFactory());
    private final CountDownLatch second = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        server.stop();
    }

    @Test
    void allButTheFirstRequestOfAReadLeaveTheSelectorsToOthers() throws Exception {
        start(path -> {
            if (path.equals("/second")) {
                second.countDown();
                end.await();
            }
        });
        List<Wire> others = new ArrayList<>();
        try (Wire pipelines = new Wire(connector.getLocalPort())) {
            pipelines.send(REQUEST.formatted("first") + REQUEST.formatted("second") + REQUEST.formatted("third"));
            assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < OTHERS; i++) {
                Wire other = new Wire(connector.getLocalPort());
                others.add(other);
                assertThat(other.send(REQUEST.formatted("other")).read().status())
                        .isEqualTo(200);
            }
            end.countDown();
            for (int i = 0; i < 3; i++) {
                assertThat(pipelines.read().status()).isEqualTo(200);
            }
        } finally {
            for (Wire other : others) {
                other.close();
            }
        }
    }

    /** Were they on threads of the pool, all of these would be busy with them, and one that wakes up had to wait. */
    @Test
    void allButTheFirstRequestOfAReadAreOnOneThread() throws Exception {
        Map<String, String> threadOfPath = new ConcurrentHashMap<>();
        start(path -> threadOfPath.put(path, Thread.currentThread().getName()));
        try (Wire pipelines = new Wire(connector.getLocalPort())) {
            pipelines.send(IntStream.range(0, MANY).mapToObj(REQUEST::formatted).collect(Collectors.joining()));
            for (int i = 0; i < MANY; i++) {
                assertThat(pipelines.read().status()).isEqualTo(200);
            }
        }
        assertThat(threadOfPath.remove("/0")).startsWith("http");
        assertThat(threadOfPath).hasSize(MANY - 1);
        assertThat(threadOfPath.values()).containsOnly("pipelined");
    }

    private interface Work {
        void of(String path) throws Exception;
    }

    private void start(Work work) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new TrackingHandler(
                new Handler.Abstract.NonBlocking() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) throws Exception {
                        work.of(request.getHttpURI().getPath());
                        callback.succeeded();
                        return true;
                    }
                },
                threads.pipelined()));
        server.start();
    }
}
