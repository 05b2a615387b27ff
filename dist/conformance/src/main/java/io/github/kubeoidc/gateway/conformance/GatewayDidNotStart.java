// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.util.List;
import java.util.OptionalInt;

/**
 * A gateway's process ended, or was given up, before it listened.
 */
public final class GatewayDidNotStart extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The exit status, or -1 while the process was still running. */
    private final int exitStatus;

    private final transient List<String> output;
    /** What it wrote to standard error. */
    private final String errors;

    /**
     * Tells how it ended.
     *
     * @param exitStatus the exit status, 0 to 255; empty where the process was still running and was given up
     * @param output what it wrote to standard output, line by line
     * @param errors what it wrote to standard error
     */
    public GatewayDidNotStart(OptionalInt exitStatus, List<String> output, String errors) {
        super("the gateway did not listen; "
                + (exitStatus.isPresent() ? "exit status " + exitStatus.getAsInt() : "still running, given up")
                + ", standard output " + output + ", standard error: " + errors);
        this.exitStatus = exitStatus.orElse(-1);
        this.output = List.copyOf(output);
        this.errors = errors;
    }

    /**
     * How the process ended.
     *
     * @return the exit status, 0 to 255; empty where the process was still running and was given up
     */
    public OptionalInt exitStatus() {
        return exitStatus < 0 ? OptionalInt.empty() : OptionalInt.of(exitStatus);
    }

    /**
     * What it wrote to standard output.
     *
     * @return the lines, oldest first
     */
    public List<String> output() {
        return output;
    }

    /**
     * What it wrote to standard error.
     *
     * @return the text, possibly empty
     */
    public String errors() {
        return errors;
    }
}
