// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/** The configuration has invalid values. The message has a line for each of them and carries no secret. */
public final class ConfigurationException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @serial a sentence for each invalid value */
    private final ArrayList<String> problems;

    /**
     * Creates one exception for all invalid values.
     *
     * @param problems a sentence for each invalid value that names variable, value and what is allowed; at least one
     */
    public ConfigurationException(List<String> problems) {
        super("invalid configuration:\n  " + String.join("\n  ", problems));
        this.problems = new ArrayList<>(problems);
    }

    /**
     * Returns what is wrong.
     *
     * @return a sentence for each invalid value
     */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
