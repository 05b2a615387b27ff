// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import io.github.kubeoidc.gateway.conformance.cluster.ClusterGateway.Answer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Relying parties that ask a gateway for both documents again and again, from start to {@link #stop()}. */
final class Traffic implements AutoCloseable {

    private static final long PAUSE_MILLIS = 50;

    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ExecutorService askers = Executors.newFixedThreadPool(ApiServer.DOCUMENTS.size());
    private final List<Future<?>> running;

    private Traffic(ClusterGateway gateway) {
        running = ApiServer.DOCUMENTS.stream()
                .<Future<?>>map(path -> askers.submit(() -> {
                    do {
                        answers.add(gateway.get(path));
                    } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
                    return null;
                }))
                .toList();
    }

    static Traffic to(ClusterGateway gateway) {
        return new Traffic(gateway);
    }

    /** The answers so far. */
    List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** Every answer from start to end; fails if a single request got none. */
    List<Answer> stop() {
        stopped.countDown();
        for (Future<?> asker : running) {
            try {
                asker.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                throw new AssertionError("a request got no answer", e.getCause());
            } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError("the traffic did not end", e);
            }
        }
        return answers();
    }

    @Override
    public void close() {
        stopped.countDown();
        askers.shutdownNow();
    }
}
