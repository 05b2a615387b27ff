// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.server.FrontDoor;
import io.github.kubeoidc.gateway.server.ServerCertificates;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 8: what TLS is, for engines that talk to each other in memory. */
class TlsContextsTest {
    private static final int ENGINES = 20_000;

    @TempDir
    Path directory;

    private TlsContexts contexts;

    @BeforeEach
    void open() throws Exception {
        write("ec");
        contexts = new TlsContexts(new TlsFiles(
                directory.resolve("tls.crt"),
                directory.resolve("tls.key"),
                Duration.ofMillis(2),
                TlsFiles.PATIENCE,
                warning -> {}));
        contexts.factory().start();
    }

    @AfterEach
    void close() {
        contexts.close();
        LifeCycle.stop(contexts.factory());
    }

    private void write(String alias) throws Exception {
        Files.writeString(directory.resolve("tls.key"), ServerCertificates.ALL.key(alias));
        Files.writeString(directory.resolve("tls.crt"), ServerCertificates.ALL.chain(alias));
    }

    /** CONTRACT 8.1: "TLS 1.2 and 1.3 [...], no CBC suites", and none without forward secrecy. */
    @Test
    void versionsAndSuitesAreThoseOfTheContract() {
        SSLEngine engine = contexts.factory().newSSLEngine();

        assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        Set<String> modern = Stream.of(engine.getSupportedCipherSuites())
                .filter(suite -> suite.matches("TLS_(AES|CHACHA20|ECDHE_(RSA|ECDSA)_WITH_(AES_.*_GCM|CHACHA20)).*"))
                .collect(Collectors.toSet());
        assertThat(engine.getEnabledCipherSuites()).containsExactlyInAnyOrder(modern.toArray(String[]::new));
        assertThat(contexts.factory().isRenegotiationAllowed()).isFalse();
    }

    /** CONTRACT 8.2: "A changed pair [...] is in use [...] for new connections", and CONTRACT 9: its expiry is shown. */
    @Test
    void aChangedPairIsForNewConnections() throws Exception {
        SSLEngine old = contexts.factory().newSSLEngine();
        assertThat(subject(contexts.factory().newSSLEngine())).isEqualTo("CN=ec");
        Instant before = contexts.certificateExpiry();

        write("other");

        FrontDoor.await(() -> !contexts.certificateExpiry().equals(before));
        assertThat(contexts.certificateExpiry()).isBefore(before);
        assertThat(subject(contexts.factory().newSSLEngine())).isEqualTo("CN=other");
        assertThat(subject(old)).isEqualTo("CN=ec");
    }

    /** CONTRACT 8.1: "no CBC suites", for whoever connects while the pair changes, too. So many, as a change is a matter of microseconds. */
    @Test
    void anEngineIsMadeAsAlwaysWhileThePairChanges() throws Exception {
        Set<String> modern = Set.of(contexts.factory().newSSLEngine().getEnabledCipherSuites());
        SSLContext other = TlsPair.of(
                        TlsPair.chain(ServerCertificates.ALL.chain("other").getBytes()),
                        ServerCertificates.ALL.key("other").getBytes())
                .context();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                contexts.use(other);
            }
        });
        try {
            for (int i = 0; i < ENGINES; i++) {
                assertThat(contexts.factory().newSSLEngine().getEnabledCipherSuites())
                        .isSubsetOf(modern);
            }
        } finally {
            done.set(true);
            changes.join();
        }
    }

    /** CONTRACT 1.7: "nothing leaked": nothing is read any more. */
    @Test
    void aCloseEndsTheReader() throws Exception {
        Set<Thread> readers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tls-files"))
                .collect(Collectors.toSet());
        contexts.close();
        FrontDoor.await(() -> readers.stream().anyMatch(reader -> !reader.isAlive()));
    }

    /** Shakes hands in memory, and returns whose certificate the client saw. */
    private static String subject(SSLEngine server) throws SSLException {
        SSLEngine client = ServerCertificates.ALL.client("ca").createSSLEngine();
        client.setUseClientMode(true);
        server.setUseClientMode(false);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16).flip();
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16).flip();
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < 100 && isShaking(client); turn++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        return client.getSession().getPeerPrincipal().getName();
    }

    private static boolean isShaking(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> engine.unwrap(in, ByteBuffer.allocate(1 << 16));
            case NEED_WRAP -> {
                out.compact();
                engine.wrap(ByteBuffer.allocate(0), out);
                out.flip();
            }
            default -> {}
        }
    }
}
