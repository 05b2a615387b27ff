// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody who serves the documents, and the clients that ask there at a steady rate, whether they are answered or not. */
final class Front {
    private final URI uri;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    private final List<CompletableFuture<?>> awaited = Collections.synchronizedList(new ArrayList<>());
    private int asked;

    Front(URI uri) {
        this.uri = uri;
    }

    /**
     * What came of a request.
     *
     * @param second when it was sent
     * @param millis how long the client waited
     * @param status of the answer, {@link #NONE} where there was none in time
     */
    record Answer(double second, double millis, int status) {
        static final int NONE = 0;
    }

    /** Whether both documents are served. */
    boolean hasBoth() {
        try {
            return get(ApiServerStandIn.DISCOVERY_PATH) == 200 && get(ApiServerStandIn.JWKS_PATH) == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int get(String path) throws IOException, InterruptedException {
        return client.send(request(path), BodyHandlers.discarding()).statusCode();
    }

    /** Asks for one document after the other, and does not wait for the answer. */
    synchronized void ask(double second) {
        String path = asked++ % 2 == 0 ? ApiServerStandIn.DISCOVERY_PATH : ApiServerStandIn.JWKS_PATH;
        long start = System.nanoTime();
        awaited.add(client.sendAsync(request(path), BodyHandlers.discarding())
                .handle((answer, failure) -> answers.add(new Answer(
                        second,
                        (System.nanoTime() - start) / 1e6,
                        failure == null ? answer.statusCode() : Answer.NONE))));
    }

    /** Asks for health as kubelet does. */
    void probe() {
        CompletableFuture<HttpResponse<Void>> unused = client.sendAsync(request("/readyz"), BodyHandlers.discarding());
    }

    /** All answers, by the time of their request. Waits for those that are still to come. */
    List<Answer> answers() {
        CompletableFuture.allOf(awaited.toArray(CompletableFuture<?>[]::new)).join();
        List<Answer> sorted = new ArrayList<>(answers);
        sorted.sort((one, other) -> Double.compare(one.second(), other.second()));
        return sorted;
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(uri + path))
                .timeout(Outage.CLIENT_TIMEOUT)
                .build();
    }
}
