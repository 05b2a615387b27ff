// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * CONTRACT 1.6: "one client that posts bodies through an nginx with two gateways behind it would take the documents away from
 * everybody", as a proxy takes an answer that a reset destroyed for the failure of a server.
 */
class BehindProxyIT {

    /** As many connections of one client as it takes for both gateways to be hit at about the same time. */
    private static final int POSTING = 8;

    private static final int POSTS = 60;
    private static final int NO_ANSWER = 0;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Proxy.Kind.class)
    void postedBodiesTakeTheDocumentsFromNobody(Proxy.Kind kind) throws Exception {
        assumeTrue(kind.executable() != null, () -> "**** SKIPPED: " + kind + " is not installed ****");
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                StartedGateway one = Launcher.start(upstream.environment());
                StartedGateway other = Launcher.start(upstream.environment());
                Proxy proxy = Proxy.start(kind, folder, List.of(one.baseUri(), other.baseUri()))) {
            ExecutorService threads = Executors.newFixedThreadPool(POSTING);
            try {
                List<Future<List<Integer>>> posting = new ArrayList<>();
                for (int i = 0; i < POSTING; i++) {
                    posting.add(threads.submit(() -> post(proxy.uri())));
                }
                List<Integer> honest = new ArrayList<>();
                while (posting.stream().anyMatch(client -> !client.isDone())) {
                    honest.add(Get.from(proxy.uri(), "/openid/v1/jwks").status());
                }
                assertThat(honest).as("what an honest client gets").isNotEmpty().containsOnly(200);
                for (Future<List<Integer>> client : posting) {
                    assertThat(client.get()).as("what a client gets that posts").containsOnly(405);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static List<Integer> post(URI proxy) {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < POSTS; i++) {
            int size = i % 4 == 3 ? 1 << 20 : 100_000;
            try (RawHttp http = RawHttp.connect(proxy)) {
                String head = "POST /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\nContent-Length: " + size
                        + "\r\nConnection: close\r\n\r\n";
                http.send((head + "a".repeat(size)).getBytes(StandardCharsets.US_ASCII));
                statuses.add(http.read().status());
            } catch (AssertionError e) {
                statuses.add(NO_ANSWER);
            }
        }
        return statuses;
    }
}
