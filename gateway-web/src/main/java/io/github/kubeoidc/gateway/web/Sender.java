// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Sends a whole answer, and completes the request, where that is asynchronous.
 *
 * @param <T> what the answer is made from
 */
@FunctionalInterface
interface Sender<T> {
    void send(T value, HttpServletRequest request, HttpServletResponse response) throws IOException;
}
