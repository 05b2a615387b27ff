// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Has a server, in clear, and a source that can be opened in front of it, for each test. */
@Timeout(60)
abstract class AgainstRawServer {
    @TempDir
    Path directory;

    final RawServer server = new RawServer();
    Bench bench;

    @BeforeEach
    void makeBench() {
        bench = new Bench(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
        server.close();
    }
}
