// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.time.Duration;
import java.util.List;

/**
 * A gateway that was started for the checks: beside its address it has a log, and a process that can be ended. Each method
 * but {@link #baseUri()} and {@link #close()} may throw {@link NotObservable} where a delivery has no such thing to show.
 */
public interface StartedGateway extends Gateway, AutoCloseable {

    /**
     * What has been read from standard output so far.
     *
     * @return the lines, oldest first; a snapshot
     */
    List<String> log();

    /**
     * What has been read from standard error so far.
     *
     * @return the text, possibly empty
     */
    String errors();

    /**
     * Does something while nobody reads standard output, as with a log collector that hangs. The pipe between the
     * processes then fills up (64 KiB on Linux). A line that is being read already still arrives.
     *
     * @param task what to do meanwhile, in the calling thread
     */
    void withLogBlocked(Runnable task);

    /**
     * Closes the reading end of standard output, as a log collector does that died.
     */
    void closeLog();

    /**
     * How many threads the gateway has.
     *
     * @return number of threads
     */
    long threads();

    /**
     * Asks the process to stop, with {@code SIGTERM}; does not wait for it.
     */
    void terminate();

    /**
     * Waits for the end of the process. Blocks.
     *
     * @param bound how long to wait at most
     * @return the exit status
     * @throws AssertionError if the process still runs after that
     */
    int awaitExit(Duration bound);

    /**
     * Ends the process, however busy it is, and waits for its end. Does nothing when it has ended already.
     */
    @Override
    void close();
}
