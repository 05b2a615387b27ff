// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Reads on after any answer of status 1xx but 101 (RFC 9110, section 15.2). Jetty's own handlers know one status each, and 100
 * once. It takes the place of the one whose name it has; {@link HeadBound} bounds how many there are.
 */
final class InterimAnswers extends ProcessingProtocolHandler {
    @Override
    public boolean accept(Request request, Response response) {
        return HttpStatus.isInterim(response.getStatus());
    }
}
