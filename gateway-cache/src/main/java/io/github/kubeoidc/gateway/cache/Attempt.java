// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

/**
 * How the last fetch of a document ended. Times are on the monotonic clock, in nanoseconds.
 *
 * @param failures how many have failed in a row, 0 after a success
 * @param pause how long requests leave upstream alone from {@code endedAt} on
 * @param timedOut whether it failed because upstream hung
 */
record Attempt(long endedAt, int failures, long pause, boolean timedOut) {
    /** No fetch has ended yet. */
    static final Attempt NONE = new Attempt(0, 0, 0, false);

    boolean succeeded() {
        return this != NONE && failures == 0;
    }

    /** Tells whether requests leave upstream alone. */
    boolean isPaused(long now) {
        return failures > 0 && now - endedAt < pause;
    }

    /** Tells whether it ended so short a while ago that no probe causes another. */
    boolean isRecent(long now) {
        return this != NONE && now - endedAt < CachePolicy.PROBE_INTERVAL;
    }
}
