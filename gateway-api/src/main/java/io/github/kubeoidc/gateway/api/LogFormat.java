// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/** How a log line is written. */
public enum LogFormat {
    /** A UTC timestamp, the level and {@code key=value} pairs or a sentence. */
    TEXT,
    /** One JSON object a line. */
    JSON
}
