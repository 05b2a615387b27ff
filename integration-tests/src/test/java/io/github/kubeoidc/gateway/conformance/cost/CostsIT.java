// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A start and requests take no more classes, heap and system calls than {@link Cost} allows. */
@Execution(ExecutionMode.CONCURRENT)
class CostsIT {
    private static final String GET = "GET /openid/v1/jwks HTTP/1.1\r\nHost: a\r\n";
    private static final int HITS = 20_000;
    private static final int CONNECTIONS = 5_000;
    private static final int TRACED = 1_000;

    @Test
    void aStartAndRequestsCostWhatIsAllowed() throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start()) {
            Map<String, String> environment = new HashMap<>(upstream.environment());
            // No fetch comes between.
            environment.put("CACHE_TTL_SECONDS", "3600");
            try (CommandGateway gateway = CommandGateway.start(List.of(Launcher.path()), environment)) {
                CountedProcess process = new CountedProcess(gateway.pid());
                keep(gateway, 1);
                Cost.CLASSES_AT_A_START.check(process.loadedClasses());

                // Compiled code allocates less.
                keep(gateway, HITS);
                Cost.BYTES_OF_A_HIT.check(process.allocatedBy(() -> keep(gateway, HITS)) / HITS);
                connect(gateway, CONNECTIONS);
                Cost.BYTES_OF_A_CONNECTION.check(
                        process.allocatedBy(() -> connect(gateway, CONNECTIONS)) / CONNECTIONS);

                assumeTrue(
                        process.isTraceable(),
                        "**** SKIPPED: system calls are not counted, as strace is missing or may not trace ****");
                Cost.CALLS_OF_A_HIT.check(process.callsBy(() -> keep(gateway, TRACED)) / TRACED);
                Cost.CALLS_OF_A_CONNECTION.check(process.callsBy(() -> connect(gateway, TRACED)) / TRACED);
            }
        }
    }

    private static void keep(StartedGateway gateway, int requests) {
        try (RawHttp client = RawHttp.connect(gateway.baseUri())) {
            for (int i = 0; i < requests; i++) {
                client.send(GET + "\r\n");
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    private static void connect(StartedGateway gateway, int requests) {
        for (int i = 0; i < requests; i++) {
            assertThat(RawHttp.exchange(gateway.baseUri(), GET + "Connection: close\r\n\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }
}
