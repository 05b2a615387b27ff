// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A gateway that somebody else runs: an address and nothing more. */
final class RunningGateway implements Gateway {

    private final URI baseUri;

    RunningGateway(URI baseUri) {
        String text = baseUri.toString();
        this.baseUri = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : baseUri;
    }

    @Override
    public URI baseUri() {
        return baseUri;
    }

    @Override
    public List<String> log() {
        throw new CannotBeSeen("the log of a gateway that runs elsewhere");
    }

    @Override
    public String errors() {
        throw new CannotBeSeen("the standard error of a gateway that runs elsewhere");
    }

    @Override
    public void withLogBlocked(Runnable task) {
        throw new CannotBeSeen("a blocked log of a gateway that runs elsewhere");
    }

    @Override
    public void closeLog() {
        throw new CannotBeSeen("a closed log of a gateway that runs elsewhere");
    }

    @Override
    public long threads() {
        throw new CannotBeSeen("the threads of a gateway that runs elsewhere");
    }

    @Override
    public void terminate() {
        throw new CannotBeSeen("the end of a gateway that runs elsewhere");
    }

    @Override
    public int awaitExit(Duration bound) {
        throw new CannotBeSeen("the end of a gateway that runs elsewhere");
    }

    @Override
    public void close() {
        // It is not ours.
    }
}
