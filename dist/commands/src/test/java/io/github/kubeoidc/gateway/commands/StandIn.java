// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An API server on loopback, and a command that is run with its address, its token and its CA. */
class StandIn implements Closeable {
    static final String DISCOVERY = "/.well-known/openid-configuration";
    static final String JWKS = "/openid/v1/jwks";
    static final String TOKEN = "eyJhbGciOiJub25lIn0.secret-secret_secret.";

    /** The addresses of a name whose server does not answer. */
    static final String[] NO_ANSWER = {};

    final Map<String, String> bodies = new ConcurrentHashMap<>();
    final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    /** After how many milliseconds the answer to a path begins. */
    final Map<String, Integer> slow = new ConcurrentHashMap<>();

    /** What happens once a path was asked for. */
    final Map<String, Runnable> afterwards = new ConcurrentHashMap<>();

    final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();

    /** What the world's name servers say. */
    final Map<String, String[]> names = new HashMap<>(Map.of("issuer.example", new String[] {"203.0.113.7"}));

    final Map<String, String> environment = new HashMap<>();
    final Path token;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    StandIn(Path directory) throws IOException {
        this(directory, HttpServer.create(loopback(), 0), "http");
    }

    StandIn(Path directory, HttpServer server, String scheme) throws IOException {
        this.server = server;
        token = Files.writeString(directory.resolve("token"), TOKEN);
        environment.put("SA_TOKEN_PATH", token.toString());
        // A busy machine may take longer for an exchange than a gateway waits for it by default.
        environment.put("UPSTREAM_TIMEOUT_SECONDS", "30");
        environment.put("SA_CA_CERT_PATH", directory.resolve("ca.crt").toString());
        environment.put(
                "UPSTREAM_HOST", scheme + "://127.0.0.1:" + server.getAddress().getPort());
        bodies.put(DISCOVERY, "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/k\"}");
        bodies.put(JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\"}]}");
        server.createContext("/", this::answer);
        // An answer that is slow holds up no other, nor the end of the test.
        server.setExecutor(threads);
        server.start();
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        pause(slow.getOrDefault(path, 0));
        byte[] body = bodies.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        afterwards.getOrDefault(path, () -> {}).run();
        headers.getOrDefault(path, Map.of()).forEach(exchange.getResponseHeaders()::set);
        int status = statuses.getOrDefault(path, bodies.containsKey(path) ? 200 : 404);
        if (status == 304) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a command, and returns its status. */
    int run(String... arguments) {
        out.reset();
        err.reset();
        return Commands.run(List.of(arguments), environment::get, this::lookUp, stream(out), stream(err));
    }

    /** Runs a command whose output nobody can be given, as on a full device. */
    int runWithoutOutput(String... arguments) throws IOException {
        err.reset();
        OutputStream full = OutputStream.nullOutputStream();
        full.close();
        PrintStream out = new PrintStream(new BufferedOutputStream(full), false, StandardCharsets.UTF_8);
        return Commands.run(List.of(arguments), environment::get, this::lookUp, out, stream(err));
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        if (Character.isDigit(host.charAt(0))) {
            return InetAddress.getAllByName(host);
        }
        String[] literals = names.get(host);
        if (literals == null) {
            throw new UnknownHostException(host);
        }
        if (literals == NO_ANSWER) {
            pause(Integer.MAX_VALUE);
        }
        InetAddress[] addresses = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            addresses[i] = InetAddress.getByName(literals[i]);
        }
        return addresses;
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
