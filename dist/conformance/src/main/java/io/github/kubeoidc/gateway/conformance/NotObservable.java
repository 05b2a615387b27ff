// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

/**
 * A delivery does not show what a check has to look at, as a container's log cannot be held up. The check says nothing then;
 * a report counts it as left out.
 */
public final class NotObservable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells what it is about.
     *
     * @param what the thing that cannot be seen, in words that can follow <em>not seen:</em>
     */
    public NotObservable(String what) {
        super(what);
    }
}
