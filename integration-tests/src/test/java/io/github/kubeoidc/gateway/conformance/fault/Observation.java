// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What came back in one cell.
 *
 * @param responses the answer to each request
 * @param slowest how long it took until the last answer was there
 * @param fetches how many fetches upstream saw
 */
record Observation(List<RawResponse> responses, Duration slowest, int fetches) {

    Observation {
        responses = List.copyOf(responses);
    }

    /**
     * Sends the same request so many times, each on a connection of its own, before it reads the first answer.
     *
     * @param fetchesSeen how many fetches upstream has seen so far
     * @param fetchEnds waits until the fetch that the requests have begun has ended
     */
    static Observation of(int requests, URI gateway, String path, IntSupplier fetchesSeen, Runnable fetchEnds) {
        List<RawHttp> clients = new ArrayList<>();
        try {
            for (int i = 0; i < requests; i++) {
                clients.add(RawHttp.connect(gateway));
            }
            int before = fetchesSeen.getAsInt();
            long start = System.nanoTime();
            clients.forEach(client -> client.send("GET " + path + " HTTP/1.1\r\nHost: gateway.example\r\n\r\n"));
            List<RawResponse> responses = clients.stream().map(RawHttp::read).toList();
            Duration slowest = Duration.ofNanos(System.nanoTime() - start);
            fetchEnds.run();
            return new Observation(responses, slowest, fetchesSeen.getAsInt() - before);
        } finally {
            clients.forEach(RawHttp::close);
        }
    }
}
