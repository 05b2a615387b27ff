// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass for a peer that is slow on purpose. */
final class Pace {

    private Pace() {}

    /** Blocks for a moment; ends early when the thread is interrupted, whose interrupt status stays set. */
    static void pause(Duration moment) {
        long end = System.nanoTime() + moment.toNanos();
        for (long left = moment.toNanos();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
