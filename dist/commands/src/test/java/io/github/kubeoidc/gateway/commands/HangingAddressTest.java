// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 2.1: "Every address that the host's name has is tried": after one that hangs the gateway's next fetch asks another. */
@Timeout(60)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs all of 127.0.0.0/8")
class HangingAddressTest {
    @TempDir
    Path directory;

    private StandIn upstream;
    private ServerSocket hanging;

    @BeforeEach
    void start() throws IOException {
        upstream = new StandIn(directory);
        int port = URI.create(upstream.environment.get("UPSTREAM_HOST")).getPort();
        // The kernel takes connections and requests, and nobody reads them.
        hanging = new ServerSocket(port, 10, InetAddress.getByName("127.0.0.2"));
        upstream.names.put("localhost", new String[] {"127.0.0.2", "127.0.0.1"});
        upstream.environment.put("UPSTREAM_HOST", "http://localhost:" + port);
        upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "4");
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
        hanging.close();
    }

    @Test
    void exportAsksAnotherAddress() {
        assertThat(upstream.run("export", "--jwks", "-")).as(upstream.err()).isZero();
        assertThat(upstream.out()).contains("\"kid\": \"one\"");
    }

    @Test
    void checkDoesSoTooAndTellsOfTheOneThatHangs() {
        upstream.run("check");
        String step = "document " + StandIn.DISCOVERY + ": ";
        assertThat(upstream.out())
                .contains(
                        "warn  " + step
                                + "timed out after 4s; one of the addresses does not answer: another one is asked\n",
                        "ok    " + step + "200, valid, ");
    }

    @Test
    void whereThereIsNoOtherNobodyIsAskedAgain() {
        upstream.names.put("localhost", new String[] {"127.0.0.2"});
        assertThat(upstream.run("export", "--jwks", "-")).isEqualTo(1);
        assertThat(upstream.err()).contains(": timed out after 4s: nothing is written");
    }
}
