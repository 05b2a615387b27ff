// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunnerTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** What comes out of one check. */
    static Result only(Check check) {
        try {
            return new Runner(1, result -> {})
                    .run("one", List.of(check), Map.of(), () -> {})
                    .results()
                    .get(0);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Check check(String sentence, Check.Body body) {
        return check(Check.Severity.MUST, sentence, body);
    }

    private static Check check(Check.Severity severity, String sentence, Check.Body body) {
        return new Check("1", severity, sentence, Check.Scope.ANY, body);
    }

    private static Check.Body failing(Throwable failure) {
        return () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        };
    }

    @Test
    void tellsWhatCameOut() {
        assertThat(only(check("a", () -> {})))
                .extracting(Result::outcome, Result::message)
                .containsExactly(Outcome.PASSED, "");
        assertThat(only(check("a", failing(new AssertionError("x")))))
                .extracting(Result::outcome, Result::message)
                .containsExactly(Outcome.FAILED, "breaks 1, a: x");
        assertThat(only(check(Check.Severity.SHOULD, "a", failing(new AssertionError("x")))))
                .extracting(Result::outcome, Result::message)
                .containsExactly(Outcome.WARNED, "breaks 1, a: x");
        assertThat(only(check("a", failing(new NotObservable("the log")))))
                .extracting(Result::outcome, Result::message)
                .containsExactly(Outcome.LEFT_OUT, "not seen: the log");
        assertThat(only(check("a", failing(new UncheckedIOException("cannot", new IOException("broken"))))))
                .extracting(Result::outcome, Result::message)
                .containsExactly(
                        Outcome.UNCLEAR,
                        "unclear whether it breaks 1, a: java.io.UncheckedIOException: cannot, caused by"
                                + " java.io.IOException: broken");
        assertThat(only(check(Check.Severity.SHOULD, "a", failing(new StackOverflowError())))
                        .outcome())
                .isEqualTo(Outcome.UNCLEAR);
        assertThat(only(check("a", failing(new OutOfMemoryError()))).message()).endsWith("what came back is too large");
    }

    @Test
    void reportsInTheOrderOfTheChecksAndTellsInTheOrderOfTheirEnds() throws InterruptedException {
        CountDownLatch secondIsTold = new CountDownLatch(1);
        List<String> told = new ArrayList<>();
        Runner runner = new Runner(2, result -> {
            told.add(result.check().sentence());
            if (result.check().sentence().equals("second")) {
                secondIsTold.countDown();
            }
        });
        Report report = runner.run(
                "two", List.of(check("first", secondIsTold::await), check("second", () -> {})), Map.of(), () -> {});
        assertThat(report.results())
                .extracting(result -> result.check().sentence())
                .containsExactly("first", "second");
        assertThat(told).containsExactly("second", "first");
    }

    @Test
    void runsSoManyAtOnceAndNotMore() throws InterruptedException {
        CyclicBarrier four = new CyclicBarrier(4);
        AtomicInteger running = new AtomicInteger();
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        List<Check> checks = IntStream.range(0, 20)
                .mapToObj(i -> check("check " + i, () -> {
                    seen.add(running.incrementAndGet());
                    // Ends only with three others beside it.
                    four.await();
                    running.decrementAndGet();
                }))
                .toList();
        Report report = new Runner(4, result -> {}).run("twenty", checks, Map.of(), () -> {});
        assertThat(report.count(Outcome.PASSED)).isEqualTo(20);
        assertThat(seen).allMatch(number -> number <= 4);
    }

    @Test
    void doesNotRunWhatIsLeftOut() throws InterruptedException {
        Report report = new Runner(1, result -> {})
                .run(
                        "one",
                        List.of(check("a", failing(new AssertionError("it ran"))), check("b", () -> {})),
                        Map.of("1 a", "left out by --without 1"),
                        () -> {});
        assertThat(report.results())
                .extracting(Result::outcome, Result::message)
                .containsExactly(tuple(Outcome.LEFT_OUT, "left out by --without 1"), tuple(Outcome.PASSED, ""));
    }

    @Test
    void givesUpWhatDoesNotEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        Report report;
        int seconds = 1;
        do {
            // More where the machine stood still for as long as the quick one may take.
            seconds *= 2;
            closed.set(false);
            report = new Runner(1, Duration.ofSeconds(seconds), result -> {})
                    .run(
                            "two",
                            List.of(check("endless", never::await), check("quick", () -> {})),
                            Map.of(),
                            () -> closed.set(true));
        } while (report.results().get(1).outcome() == Outcome.UNCLEAR && seconds < 32);
        assertThat(report.results()).extracting(Result::outcome).containsExactly(Outcome.UNCLEAR, Outcome.PASSED);
        assertThat(report.results().get(0).message())
                .isEqualTo("unclear whether it breaks 1, endless: it did not end within " + seconds + " s");
        assertThat(closed).isTrue();
    }

    @Test
    void anInterruptEndsTheRunAndWhatItShares() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean checkInterrupted = new AtomicBoolean();
        AtomicBoolean secondRan = new AtomicBoolean();
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean told = new AtomicBoolean();
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread run = new Thread(() -> {
            try {
                new Runner(1, result -> told.set(true))
                        .run(
                                "two",
                                List.of(
                                        check("waits", () -> {
                                            started.countDown();
                                            try {
                                                new CountDownLatch(1).await();
                                            } catch (InterruptedException e) {
                                                checkInterrupted.set(true);
                                                throw e;
                                            }
                                        }),
                                        check("second", () -> secondRan.set(true))),
                                Map.of(),
                                () -> closed.set(true));
            } catch (Throwable e) {
                end.set(e);
            }
        });
        run.start();
        started.await();
        run.interrupt();
        Await.until(SOON, "the run to end", () -> !run.isAlive());
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(checkInterrupted).isTrue();
        assertThat(secondRan).isFalse();
        assertThat(told).isFalse();
        assertThat(closed).isTrue();
    }

    @Test
    void closesWhatIsSharedWhenTheListenerFails() {
        AtomicBoolean closed = new AtomicBoolean();
        Runner runner = new Runner(1, result -> {
            throw new IllegalArgumentException("no");
        });
        assertThatThrownBy(() -> runner.run("one", List.of(check("a", () -> {})), Map.of(), () -> closed.set(true)))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("no");
        assertThat(closed).isTrue();
    }
}
