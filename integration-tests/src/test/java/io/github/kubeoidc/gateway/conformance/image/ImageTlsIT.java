// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ContainerGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import io.github.kubeoidc.gateway.standin.TlsSecret;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 8 in the 64 MiB of the manifest: the image starts with TLS, serves, and takes another pair. */
@ExtendWith(ClusterExtension.class)
@Isolated("it measures memory")
class ImageTlsIT {

    private static final long MEMORY_BYTES = 64L << 20;

    /** Beyond what the image's heap has room for with TLS. */
    private static final int CONNECTIONS = 700;

    private static final int KEPT = 20;
    private static final int REQUESTS = 100;

    /** Above 10 s, and the lateness of a busy machine. */
    private static final Duration IN_USE = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "more connections than its heap has room for, requests on the last of them, and a pair that is swapped")
    void speaksTlsInTheLimitsOfTheManifest(CertificateKeys keys) throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                TlsSecret secret = TlsSecret.temporary(keys)) {
            // On a busy machine those that are kept may wait for longer than 75 s.
            Map<String, String> environment = Launcher.with(
                    Launcher.with(upstream.environment(), secret.environment()), "IDLE_TIMEOUT_SECONDS", "600");
            try (ContainerGateway gateway = BuiltImage.delivery().withCpus(1).start(environment)) {
                Deque<RawHttp> open = new ArrayDeque<>();
                long peak = 0;
                for (int i = 0; i < CONNECTIONS; i++) {
                    RawHttp connection = connect(gateway, secret);
                    open.add(connection);
                    ImageIT.ask(connection);
                    ImageIT.ask(connection);
                    peak = Math.max(peak, ImageIT.heldMemory(gateway.containerId()));
                }
                while (open.size() > KEPT) {
                    open.remove().close();
                }
                TlsSecret.Pair next = secret.pair(keys);
                secret.swap(next.chain(), next.key());
                Await.until(IN_USE, "the new certificate", () -> shows(gateway.baseUri(), secret, next));
                for (int i = 0; i < REQUESTS; i++) {
                    open.forEach(ImageIT::ask);
                }
                peak = Math.max(peak, ImageIT.heldMemory(gateway.containerId()));
                open.forEach(RawHttp::close);

                System.out.printf("image: peak memory with TLS, %s: %.1f MiB of 64%n", keys, peak / 1048576.0);
                assertThat(ImageIT.state(gateway)).isEqualTo("running oom-killed=false restarts=0");
                assertThat(peak).isLessThan(MEMORY_BYTES);
                assertThat(gateway.errors()).isEmpty();
                assertThat(String.join("\n", gateway.log())).doesNotContain("OutOfMemory", "Exception", "[warning]");
            }
        }
    }

    private static RawHttp connect(ContainerGateway gateway, TlsSecret secret) {
        return RawHttp.connect(gateway.baseUri(), secret.clientContext().getSocketFactory());
    }

    private static boolean shows(URI gateway, TlsSecret secret, TlsSecret.Pair pair) {
        try (Socket beneath = new Socket(gateway.getHost(), gateway.getPort());
                SSLSocket socket = (SSLSocket) secret.clientContext()
                        .getSocketFactory()
                        .createSocket(beneath, "localhost", gateway.getPort(), true)) {
            // A handshake that stands still is to be seen as one.
            socket.setSoTimeout((int) IN_USE.toMillis());
            socket.startHandshake();
            String shown = Base64.getEncoder()
                    .encodeToString(socket.getSession().getPeerCertificates()[0].getEncoded());
            return pair.chain().replace("\n", "").contains(shown);
        } catch (Exception e) {
            throw new AssertionError("no handshake", e);
        }
    }
}
