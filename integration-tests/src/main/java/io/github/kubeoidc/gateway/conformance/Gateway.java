// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * A running gateway, seen from outside: an address, a log, and a process that can be ended.
 */
public interface Gateway extends AutoCloseable {

    /**
     * Where the public interface listens.
     *
     * @return the address without a path, such as {@code http://127.0.0.1:40123}
     */
    URI baseUri();

    /**
     * What has been read from standard output so far.
     *
     * @return the lines, oldest first; a snapshot
     */
    List<String> log();

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
