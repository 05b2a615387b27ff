// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a condition that another process brings about, with a bound.
 *
 * <p>Every method blocks the calling thread, asks about every 10 ms, and ends early when the thread is interrupted (the
 * interrupt status stays set).
 */
public final class Await {

    private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /**
     * Waits until a condition holds.
     *
     * @param bound how long to wait at most
     * @param what the condition in words, for the failure message
     * @param condition what to wait for
     * @throws AssertionError if it does not hold within the bound
     */
    public static void until(Duration bound, String what, BooleanSupplier condition) {
        value(bound, what, () -> condition.getAsBoolean() ? Boolean.TRUE : null);
    }

    /**
     * Waits until there is a value.
     *
     * @param <T> the type of the value
     * @param bound how long to wait at most
     * @param what the awaited thing in words, for the failure message
     * @param source gives the value, or {@code null} as long as there is none
     * @return the first value that is not {@code null}
     * @throws AssertionError if there is none within the bound
     */
    public static <T> T value(Duration bound, String what, Supplier<? extends @Nullable T> source) {
        long start = System.nanoTime();
        while (true) {
            @Nullable T value = source.get();
            if (value != null) {
                return value;
            }
            if (System.nanoTime() - start >= bound.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("waited " + bound.toMillis() + " ms in vain for: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Asks again and again, for the whole of a time, whether a condition still holds.
     *
     * @param time how long it has to hold
     * @param what the condition in words, for the failure message
     * @param condition what has to hold
     * @throws AssertionError as soon as it does not
     */
    public static void whileHolds(Duration time, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            if (!condition.getAsBoolean()) {
                throw new AssertionError("did not hold for " + time.toMillis() + " ms: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Lets a moment pass between two bytes of a peer that is slow on purpose. Not a way to wait for anything.
     *
     * @param moment how long
     */
    public static void pace(Duration moment) {
        long end = System.nanoTime() + moment.toNanos();
        for (long left = moment.toNanos();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
