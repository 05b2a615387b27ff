// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An API server that is started for the first who asks. A start that fails is not tried again: it takes minutes. */
final class SharedServer implements Supplier<ApiServer>, AutoCloseable {

    private @Nullable ApiServer server;
    private @Nullable RuntimeException failure;

    @Override
    public synchronized ApiServer get() {
        if (failure != null) {
            throw failure;
        }
        ApiServer current = server;
        if (current == null) {
            try {
                current = ApiServer.start();
                server = current;
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }
        return current;
    }

    @Override
    public synchronized void close() {
        ApiServer current = server;
        if (current != null) {
            server = null;
            current.close();
        }
    }
}
