// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as it is now, read whenever somebody asks, so that no sum of events can be wrong. Nothing in it blocks.
 *
 * @param version the gateway's version
 * @param documents the documents
 * @param tokenExpiry when the ServiceAccount token expires; supplies {@code null} where that is not known
 * @param droppedLogLines how many log lines were dropped since the start
 * @param server the embedded server; {@code null} in a servlet container
 */
public record GatewayState(
        String version,
        DocumentState documents,
        Supplier<@Nullable Instant> tokenExpiry,
        LongSupplier droppedLogLines,
        @Nullable ServerState server) {}
