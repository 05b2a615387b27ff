// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jspecify.annotations.Nullable;

/** An API server, a gateway at its public URL and a workload's token, where all is well until a test breaks one thing. */
final class SetUp implements Closeable {
    static final String ISSUER = "https://issuer.example";
    static final RsaJsonWebKey KEY = Tokens.rsa("one");
    static final RsaJsonWebKey OTHER_KEY = Tokens.rsa("one");

    /** A root, an intermediate authority below it, and servers below that. */
    static final Certificates CERTIFICATES = Certificates.inMemory(none -> none.make("root", "-ext", "bc:c")
            .make("other", "-ext", "bc:c")
            .make("intermediate", "-signer", "root", "-ext", "bc:c")
            .make("server", "-signer", "intermediate", "-ext", "san=ip:127.0.0.1,dns:two.example")
            .make("elsewhere", "-signer", "intermediate", "-ext", "san=dns:elsewhere.example")
            .make(
                    "expired",
                    "-signer",
                    "intermediate",
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-startdate",
                    "-9d",
                    "-validity",
                    "2"));

    final StandIn upstream;
    StandIn gateway;
    final List<String> arguments = new ArrayList<>();
    private final Path directory;
    private final List<Closeable> opened = new ArrayList<>();

    /** Starts it, with a public URL and a workload's token. */
    SetUp(Path directory) throws Exception {
        this.directory = directory;
        upstream = server("upstream", CERTIFICATES.server("server", 2), "TLSv1.2", "TLSv1.3");
        upstream.environment.put("SA_CA_CERT_PATH", ca().toString());
        Files.writeString(ca(), CERTIFICATES.pem("root"));
        token(ISSUER, "one", 600, KEY);
        discovery(ISSUER, ISSUER + StandIn.JWKS);
        keySet(KEY.toJson());
        gateway(CERTIFICATES.server("server", 2), "TLSv1.2", "TLSv1.3");
        Path publicCa = Files.writeString(directory.resolve("public-ca"), CERTIFICATES.pem("root"));
        arguments.addAll(List.of("--public-ca", publicCa.toString()));
        workload("one", KEY, 600, 0);
    }

    private StandIn server(String name, SSLContext tls, String... protocols) throws Exception {
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = tls.getDefaultSSLParameters();
                ssl.setProtocols(protocols);
                parameters.setSSLParameters(ssl);
            }
        });
        Path own = directory.resolve(name + opened.size());
        StandIn server = new StandIn(Files.createDirectory(own), https, "https");
        opened.add(server);
        return server;
    }

    /** Puts a gateway in front, which serves what the API server has at this moment and later. */
    void gateway(SSLContext tls, String... protocols) throws Exception {
        gateway = server("gateway", tls, protocols);
        gateway.bodies.putAll(upstream.bodies);
        for (String path : List.of(StandIn.DISCOVERY, StandIn.JWKS)) {
            gateway.headers.put(
                    path,
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "Cache-Control",
                            "public, max-age=3600",
                            "ETag",
                            "\"a\"",
                            "Access-Control-Allow-Origin",
                            "*",
                            "X-Content-Type-Options",
                            "nosniff"));
        }
        if (arguments.isEmpty()) {
            arguments.addAll(List.of("--public-url", ""));
        }
        arguments.set(1, gateway.environment.get("UPSTREAM_HOST"));
    }

    void upstreamShows(String name) throws Exception {
        StandIn other = server("other", CERTIFICATES.server(name, 2), "TLSv1.3");
        upstream.environment.put("UPSTREAM_HOST", other.environment.get("UPSTREAM_HOST"));
    }

    Path ca() {
        return directory.resolve("ca.crt");
    }

    /** The URL of a server by a name with these addresses, the first of which answers in clear. */
    String byName(StandIn server, String... addresses) throws Exception {
        String url = server.environment.get("UPSTREAM_HOST");
        int port = URI.create(url).getPort();
        plainServer(new ServerSocket(port, 10, InetAddress.getByName(addresses[0])));
        upstream.names.put("two.example", addresses);
        return "https://two.example:" + port;
    }

    /** The https URL of a server that answers in clear, as nginx does. */
    String plainServer() throws Exception {
        return plainServer(new ServerSocket(0, 10, StandIn.loopback().getAddress()));
    }

    private String plainServer(ServerSocket plain) {
        opened.add(plain);
        Thread thread = new Thread(() -> answerInClear(plain), "plain");
        thread.setDaemon(true);
        thread.start();
        return "https://127.0.0.1:" + plain.getLocalPort();
    }

    private static void answerInClear(ServerSocket plain) {
        while (true) {
            try (Socket client = plain.accept()) {
                if (client.getInputStream().read(new byte[8192]) > 0) {
                    client.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                if (plain.isClosed()) {
                    return;
                }
            }
        }
    }

    /** The https URL of a server that sends a text at once, and then another without end, or closes. */
    String tlsServer(String first, @Nullable String more, int pauseMillis) throws Exception {
        ServerSocket server =
                CERTIFICATES.server("server", 2).getServerSocketFactory().createServerSocket(0, 10, loopback());
        opened.add(server);
        Thread thread = new Thread(() -> answerWithoutEnd(server, first, more, pauseMillis), "endless");
        thread.setDaemon(true);
        thread.start();
        return "https://127.0.0.1:" + server.getLocalPort();
    }

    private static InetAddress loopback() {
        return StandIn.loopback().getAddress();
    }

    private static void answerWithoutEnd(ServerSocket server, String first, @Nullable String more, int pauseMillis) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                if (client.getInputStream().read(new byte[8192]) > 0) {
                    client.getOutputStream().write(first.getBytes(StandardCharsets.US_ASCII));
                    while (more != null) {
                        TimeUnit.MILLISECONDS.sleep(pauseMillis);
                        client.getOutputStream().write(more.getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException e) {
                // The client has had enough.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    int silentPort() throws Exception {
        ServerSocket silent = new ServerSocket(0, 10, StandIn.loopback().getAddress());
        opened.add(silent);
        return silent.getLocalPort();
    }

    void token(String issuer, String kid, long seconds, RsaJsonWebKey by) throws Exception {
        Files.writeString(upstream.token, jwt(issuer, kid, by, seconds, 0));
    }

    void workload(String kid, RsaJsonWebKey by, long seconds, long validIn) throws Exception {
        Path file = Files.writeString(workloadToken(), jwt(ISSUER, kid, by, seconds, validIn));
        if (!arguments.contains("--token")) {
            arguments.addAll(List.of("--token", file.toString()));
        }
    }

    private static String jwt(String issuer, String kid, RsaJsonWebKey by, long seconds, long validIn)
            throws Exception {
        long now = Instant.now().getEpochSecond();
        return Tokens.sign(
                by,
                kid,
                "{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":[\"sts.amazonaws.com\"],\"exp\":%d,\"nbf\":%d}"
                        .formatted(issuer, now + seconds, now + validIn));
    }

    void discovery(String issuer, String jwksUri) {
        both(
                StandIn.DISCOVERY,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\",\"subject_types_supported\":[\"public\"]}"
                        .formatted(issuer, jwksUri));
    }

    void keySet(String... jwks) {
        both(StandIn.JWKS, "{\"keys\":[" + String.join(",", jwks) + "]}");
    }

    private void both(String path, String body) {
        upstream.bodies.put(path, body);
        if (gateway != null) {
            gateway.bodies.put(path, body);
        }
    }

    void header(String name, @Nullable String value) {
        Map<String, String> changed = new HashMap<>(gateway.headers.get(StandIn.JWKS));
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        gateway.headers.put(StandIn.JWKS, changed);
    }

    Path workloadToken() {
        return directory.resolve("workload");
    }

    /** Runs the check, and returns its status. */
    int check() {
        return upstream.run(
                Stream.concat(Stream.of("check"), arguments.stream()).toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        for (Closeable one : opened) {
            one.close();
        }
    }
}
