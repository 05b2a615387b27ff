// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs checks, several at a time as most of their time is spent waiting, and collects what comes out.
 */
public final class Runner {

    /** The longest check waits a good minute for a connection to end; a peer that dribbles would hold one for ever. */
    private static final Duration CHECK_BOUND = Duration.ofMinutes(5);

    private static final Duration END_BOUND = Duration.ofSeconds(5);

    private final int atOnce;
    private final Duration checkBound;
    private final Consumer<Result> listener;

    /**
     * Makes a runner.
     *
     * @param atOnce how many checks run at the same time; at least 1
     * @param listener is told each result as it comes, one at a time, from any thread
     */
    public Runner(int atOnce, Consumer<Result> listener) {
        this(atOnce, CHECK_BOUND, listener);
    }

    Runner(int atOnce, Duration checkBound, Consumer<Result> listener) {
        this.atOnce = atOnce;
        this.checkBound = checkBound;
        this.listener = listener;
    }

    /**
     * Runs checks and waits for them; a check that takes more than five minutes is given up. An interrupt ends the run:
     * checks that run are interrupted and waited for, for some seconds.
     *
     * @param subject what is checked, in words, for the report
     * @param checks which checks
     * @param leftOut reasons why checks are not to be run, by the check's name
     * @param shared what the checks share; it is closed at the end, however the run ends
     * @return a report with a result for each check, in their order
     * @throws InterruptedException if the calling thread was interrupted
     */
    public Report run(String subject, List<Check> checks, Map<String, String> leftOut, AutoCloseable shared)
            throws InterruptedException {
        Instant began = Instant.now();
        long start = System.nanoTime();
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<CompletableFuture<Result>> running = new ArrayList<>();
            Semaphore free = new Semaphore(atOnce);
            for (Check check : checks) {
                String reason = leftOut.get(check.name());
                free.acquire();
                CompletableFuture<Result> result = reason == null
                        ? CompletableFuture.supplyAsync(() -> run(check), threads)
                        : CompletableFuture.completedFuture(new Result(check, Outcome.LEFT_OUT, reason, Duration.ZERO));
                running.add(result.completeOnTimeout(givenUp(check), checkBound.toNanos(), TimeUnit.NANOSECONDS)
                        .whenComplete((ended, failure) -> free.release())
                        .thenApply(ended -> tell(ended, threads)));
            }
            List<Result> results = new ArrayList<>();
            for (CompletableFuture<Result> result : running) {
                results.add(result.get());
            }
            return new Report(subject, began, since(start), results);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the listener failed", e.getCause());
        } finally {
            end(threads, shared);
        }
    }

    private synchronized Result tell(Result result, ExecutorService threads) {
        // What an interrupted check says is no finding.
        if (!threads.isShutdown()) {
            listener.accept(result);
        }
        return result;
    }

    private Result givenUp(Check check) {
        return new Result(
                check,
                Outcome.UNCLEAR,
                unclear(check, "it did not end within " + checkBound.toSeconds() + " s"),
                checkBound);
    }

    private static void end(ExecutorService threads, AutoCloseable shared) throws InterruptedException {
        threads.shutdownNow();
        try {
            threads.awaitTermination(END_BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            try {
                shared.close();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("cannot end what the checks shared", e);
            }
        }
    }

    private static Result run(Check check) {
        long start = System.nanoTime();
        try {
            check.run();
            return new Result(check, Outcome.PASSED, "", since(start));
        } catch (NotObservable e) {
            return new Result(check, Outcome.LEFT_OUT, "not seen: " + e.getMessage(), since(start));
        } catch (AssertionError e) {
            Outcome broken = check.severity() == Check.Severity.SHOULD ? Outcome.WARNED : Outcome.FAILED;
            return new Result(check, broken, String.valueOf(e.getMessage()), since(start));
        } catch (OutOfMemoryError e) {
            return new Result(check, Outcome.UNCLEAR, unclear(check, "what came back is too large"), since(start));
        } catch (Throwable e) {
            // Errors included: the other checks still tell something.
            return new Result(check, Outcome.UNCLEAR, unclear(check, causes(e)), since(start));
        }
    }

    private static String unclear(Check check, String why) {
        return "unclear whether it breaks " + Result.rule(check) + why;
    }

    private static String causes(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure.getCause() == null || failure.toString().contains(cause.toString())
                ? failure.toString()
                : failure + ", caused by " + causes(cause);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
