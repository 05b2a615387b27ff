// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.FetchException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 2.1: connections are kept and used again, whatever became of a fetch that asked nothing over them. */
@Timeout(60)
class StoppedCallTest {
    /** The deadline of a fetch may pass while its token is read. */
    @Test
    void aCallThatIsStoppedBeforeItBeginsAsksNobodyAndLeavesTheKeptConnection() throws Exception {
        RawServer raw = new RawServer();
        raw.document(Bench.JWKS);
        URI url = URI.create("http://127.0.0.1:" + raw.port());
        try (raw;
                ManualTimer timer = new ManualTimer(Duration.ofSeconds(7));
                ApiServer server = new ApiServer(
                        url,
                        new FetchErrors(url),
                        Duration.ofSeconds(7),
                        FileProbe.READERS,
                        FileProbe.READERS,
                        timer,
                        InetAddress::getAllByName)) {
            server.call("/first").get(null, null);
            ApiServer.Call stopped = server.call("/stopped");
            stopped.stop();
            assertThatThrownBy(() -> stopped.get(null, null)).isInstanceOf(FetchException.class);
            server.call("/next").get(null, null);
            assertThat(raw.requests()).hasSize(2);
            assertThat(raw.connections()).isEqualTo(1);
        }
    }
}
