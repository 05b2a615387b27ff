// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The launcher with options of Java that halve the processor time of a start, for hundreds of starts: classes come from an
 * archive that the first start has left, and C1 alone compiles. Java compares the archive with the jars.
 */
final class QuickLauncher implements Delivery {

    private static final Duration DUMP_BOUND = Duration.ofMinutes(2);

    private final Path archive = Path.of("target", "launcher.jsa").toAbsolutePath();

    private QuickLauncher() {}

    /** Starts a gateway once to have the archive. */
    static QuickLauncher prepare() {
        QuickLauncher launcher = new QuickLauncher();
        launcher.dump();
        return launcher;
    }

    @Override
    public StartedGateway start(Map<String, String> environment) {
        return Launcher.start(Launcher.with(
                Map.of("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:SharedArchiveFile=" + archive), environment));
    }

    private void dump() {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                StartedGateway gateway = Launcher.start(
                        Launcher.with(upstream.environment(), "JAVA_OPTS", "-XX:ArchiveClassesAtExit=" + archive))) {
            Files.deleteIfExists(archive);
            RawHttp.exchange(
                    gateway.baseUri(),
                    "GET " + ApiServerStandIn.JWKS_PATH
                            + " HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n");
            gateway.terminate();
            gateway.awaitExit(DUMP_BOUND);
            if (!Files.exists(archive)) {
                throw new AssertionError("Java left no archive of classes: " + gateway.errors());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
