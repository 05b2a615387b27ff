// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits by condition. */
public final class Waiting {
    private static final long PATIENCE_SECONDS = 30;

    private Waiting() {}

    /**
     * Blocks until the condition is met, for {@value #PATIENCE_SECONDS} s at most.
     *
     * @param condition asked every few milliseconds, by the caller's thread
     * @throws AssertionError if it is not met within that time
     */
    public static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
