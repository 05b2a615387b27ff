// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/** How much is logged, from the least to the most. */
public enum LogLevel {
    /** Only what keeps the gateway from working. */
    ERROR,
    /** Failed fetches and unusable files as well. */
    WARN,
    /** Requests, recoveries, start and stop as well. */
    INFO,
    /** Stack traces and the messages of libraries as well; never the token. */
    DEBUG
}
