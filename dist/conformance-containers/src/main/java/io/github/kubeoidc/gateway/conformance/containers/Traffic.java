// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import io.github.kubeoidc.gateway.conformance.checks.Expect;
import io.github.kubeoidc.gateway.conformance.containers.ClusterGateway.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Relying parties that ask a gateway for both documents again and again, from start to {@link #lostNothing()}. */
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

    /** Demands that every answer so far came soon. */
    void waitedLessThan(Duration bound) {
        for (Answer answer : answers) {
            Expect.holds(
                    answer.took().compareTo(bound) < 0,
                    "GET " + answer.path() + " took " + answer.took().toMillis() + " ms");
        }
    }

    /** Ends the traffic, and demands that every request from start to end was answered with 200. */
    void lostNothing() {
        stopped.countDown();
        for (Future<?> asker : running) {
            try {
                asker.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                throw new AssertionError("a request got no answer: " + e.getCause(), e.getCause());
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError("the traffic did not end", e);
            }
        }
        Expect.holds(answers.size() > running.size(), "there were only " + answers.size() + " requests");
        for (Answer answer : answers) {
            Expect.equal("the status of GET " + answer.path(), 200, answer.status());
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        askers.shutdownNow();
    }
}
