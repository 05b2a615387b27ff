// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.7: what a client may have Java keep of TLS's own messages is bounded, before and after the handshake. */
class TlsMessagesTest {
    private static final int HANDSHAKE = 22;
    private static final int MAX_BYTES = 8 * 1024;
    private static final String SECP256R1_SHA256 = "0403";

    /** A client's first message of TLS 1.3 that names so many signature schemes, in records, as one character a byte. */
    private static String clientHello(int schemes) {
        return clientHello(schemes, "");
    }

    /** One that has another extension too. */
    private static String clientHello(int schemes, String extension) {
        String extensions = "000a00040002001d" // supported_groups: x25519
                + extension
                + extension("000d", vector(SECP256R1_SHA256.repeat(schemes)))
                + "002b0003020304" // supported_versions: 1.3
                + "003300260024001d0020" + "09".repeat(32); // key_share
        String body = "0303" + "01".repeat(32) + "00" + "00021301" + "0100" + vector(extensions);
        String message = "01" + String.format(Locale.ROOT, "%06x", body.length() / 2) + body;
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < message.length(); i += 2 * 16_000) {
            String part = message.substring(i, Math.min(i + 2 * 16_000, message.length()));
            records.writeBytes(HexFormat.of().parseHex("160301" + vector(part)));
        }
        return records.toString(StandardCharsets.ISO_8859_1);
    }

    private static String extension(String type, String content) {
        return type + vector(content);
    }

    /** The content with its length in two bytes before it. */
    private static String vector(String content) {
        return String.format(Locale.ROOT, "%04x", content.length() / 2) + content;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 64})
    void aListOfSignatureSchemesOfACommonLengthIsTaken(int schemes) throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            Wire client = door.connectInClear().sendAsIs(clientHello(schemes));
            client.shutdownOutput();
            assertThat(client.readToEnd().charAt(0)).isEqualTo((char) HANDSHAKE);
        }
    }

    // Java keeps 36 bytes for each with the session: 40 clients ended a process with 22 MiB of heap.
    @ParameterizedTest
    @ValueSource(ints = {65, 2000, 15_000})
    void aLongListOfSignatureSchemesIsRefused(int schemes) throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            Wire client = door.connectInClear().sendAsIs(clientHello(schemes));
            assertThat(client.readToEnd()).doesNotStartWith(String.valueOf((char) HANDSHAKE));
            FrontDoor.await(() -> door.open() == 0 && door.held() == 0);
        }
    }

    /** A first message of so many bytes, of which most mean nothing (RFC 7685). */
    private static String clientHelloOf(int bytes) {
        int others = clientHello(20, extension("0015", "")).length();
        return clientHello(20, extension("0015", "00".repeat(bytes - others)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2000, MAX_BYTES})
    void aFirstMessageOfACommonLengthIsTaken(int bytes) throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            Wire client = door.connectInClear().sendAsIs(clientHelloOf(bytes));
            client.shutdownOutput();
            assertThat(client.readToEnd().charAt(0)).isEqualTo((char) HANDSHAKE);
        }
    }

    // Java made up to thirty times as much of it: 1,100 clients ended a process with 22 MiB of heap in three seconds.
    @ParameterizedTest
    @ValueSource(ints = {MAX_BYTES + 1, 16_000, 60_000})
    void aLongFirstMessageIsRefused(int bytes) throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            Wire client = door.connectInClear().sendAsIs(clientHelloOf(bytes));
            assertThat(client.readToEnd()).doesNotStartWith(String.valueOf((char) HANDSHAKE));
            FrontDoor.await(() -> door.open() == 0 && door.held() == 0);
        }
    }

    /** "What requests in progress may hold together [...] is bounded by the heap": what Java makes of a first message counts. */
    @Test
    void aFirstMessageCountsByItsLength() throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            door.connectInClear().sendAsIs(clientHelloOf(MAX_BYTES));
            FrontDoor.await(() -> door.held() > 17 * MAX_BYTES);
        }
    }

    /** What came before the handshake was complete does not count afterwards. */
    @Test
    void aLongFirstMessageLeavesRoomForChangesOfKeys() throws Exception {
        String[] names =
                IntStream.range(0, 30).mapToObj(i -> i + "n".repeat(200)).toArray(String[]::new);
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75));
                SSLSocket client = connect(door, names)) {
            for (int i = 0; i < 100; i++) {
                client.startHandshake();
            }
            get(client);
        }
    }

    /** The extension with which a client says whom it asks for (RFC 6066, section 3). */
    private static String serverNames(String... names) {
        return extension("0000", vector(String.join("", names)));
    }

    private static String hostName(String name) {
        return "00" + vector(HexFormat.of().formatHex(name.getBytes(StandardCharsets.US_ASCII)));
    }

    /** No other type than a host's name has been defined. */
    private static String nameOfType(int type, int length) {
        return String.format(Locale.ROOT, "%02x", type) + vector("61".repeat(length));
    }

    static List<String> usualNames() {
        return List.of(serverNames(hostName("a")), serverNames(hostName(("a".repeat(62) + ".").repeat(4) + "org")));
    }

    static List<String> unusualNames() {
        String many =
                IntStream.range(1, 255).mapToObj(type -> nameOfType(type, 1)).collect(Collectors.joining());
        return List.of(
                serverNames(hostName("a"), nameOfType(9, 1)),
                serverNames(many),
                serverNames(nameOfType(255, 256)),
                serverNames(nameOfType(7, 7000)),
                serverNames(hostName("a"), nameOfType(1, 7000), nameOfType(2, 7000)));
    }

    @ParameterizedTest
    @MethodSource("usualNames")
    void oneServersNameIsTaken(String names) throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            Wire client = door.connectInClear().sendAsIs(clientHello(20, names));
            client.shutdownOutput();
            assertThat(client.readToEnd().charAt(0)).isEqualTo((char) HANDSHAKE);
        }
    }

    // Java keeps them with the session: 560 idle clients with 14 KB of them each ended a process with 22 MiB of heap.
    @ParameterizedTest
    @MethodSource("unusualNames")
    void moreThanOneServersNameIsRefused(String names) throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75))) {
            Wire client = door.connectInClear().sendAsIs(clientHello(20, names));
            assertThat(client.readToEnd()).doesNotStartWith(String.valueOf((char) HANDSHAKE));
            FrontDoor.await(() -> door.open() == 0 && door.held() == 0);
        }
    }

    private static SSLSocket connect(FrontDoor door, String... applicationProtocols) throws IOException {
        SSLSocket client = (SSLSocket)
                ServerCertificates.ALL.client("ca").getSocketFactory().createSocket("127.0.0.1", door.port());
        client.setSoTimeout(20_000);
        client.setEnabledProtocols(new String[] {"TLSv1.3"});
        SSLParameters parameters = client.getSSLParameters();
        parameters.setApplicationProtocols(applicationProtocols);
        client.setSSLParameters(parameters);
        client.startHandshake();
        return client;
    }

    private static void get(SSLSocket client) throws IOException {
        client.getOutputStream().write(FrontDoor.GET.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        byte[] head = client.getInputStream().readNBytes(12);
        assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
        client.getInputStream().skipNBytes(client.getInputStream().available());
    }

    @Test
    void aClientMayChangeItsKeysButNotForEver() throws Exception {
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(75));
                SSLSocket client = connect(door)) {
            for (int i = 0; i < 100; i++) {
                // After the handshake of TLS 1.3 this is a change of keys.
                client.startHandshake();
            }
            get(client);
            try {
                for (int i = 0; i < 2000; i++) {
                    client.startHandshake();
                }
                client.getInputStream().readAllBytes();
            } catch (IOException e) {
                // It is cut off while it sends, or is told of the end where it was quicker.
            }
            FrontDoor.await(() -> door.open() == 0);
        }
    }

    /** "an idle connection ends after `IDLE_TIMEOUT_SECONDS`": what TLS sends by itself is no use of it. */
    @Test
    void changesOfKeysKeepNoConnectionFromBeingIdle() throws Exception {
        ScheduledExecutorService dribbling = Executors.newSingleThreadScheduledExecutor();
        // Longer than a busy machine takes from a connection to its first request.
        try (FrontDoor door = FrontDoor.secure(100, Long.MAX_VALUE, Duration.ofSeconds(5));
                SSLSocket client = connect(door)) {
            get(client);
            dribbling.scheduleAtFixedRate(
                    () -> {
                        try {
                            client.startHandshake();
                        } catch (IOException e) {
                            dribbling.shutdown();
                        }
                    },
                    0,
                    200,
                    TimeUnit.MILLISECONDS);
            // Less than it takes for too many of them.
            FrontDoor.await(() -> door.open() == 0);
        } finally {
            dribbling.shutdownNow();
        }
    }
}
