// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Has a source opened in front of a server, in clear, for each test. */
@Timeout(60)
abstract class AgainstRawServer {
    @TempDir
    Path directory;

    final RawServer server = new RawServer();
    Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(directory).open(server);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
        server.close();
    }
}
