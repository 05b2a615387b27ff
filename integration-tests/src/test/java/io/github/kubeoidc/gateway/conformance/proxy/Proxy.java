// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A reverse proxy: in front of several gateways, with its defaults for when a server has failed; or told what it does. */
public final class Proxy implements AutoCloseable {

    /** The kinds that are tried. */
    public enum Kind {
        /** By default a server that fails once gets nothing for 10 s. */
        NGINX("nginx"),
        HAPROXY("haproxy");

        private final String command;

        Kind(String command) {
            this.command = command;
        }

        /** Where it is; null where it is not installed. */
        public @Nullable Path executable() {
            return Programs.find(command);
        }
    }

    private static final Duration START_BOUND = Duration.ofSeconds(30);

    private final Process process;
    private final URI uri;

    private Proxy(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Starts it with its files in a folder, and with its defaults for when a server has failed. */
    static Proxy start(Kind kind, Path folder, List<URI> gateways) throws IOException {
        int port = Programs.freePort();
        return start(kind, folder, port, kind == Kind.NGINX ? nginx(port, gateways) : haproxy(port, gateways));
    }

    /**
     * Starts an nginx.
     *
     * @param folder where its files are
     * @param http what is in the block {@code http} of its configuration, by the port on which it has to listen
     * @return the proxy, which listens
     * @throws IOException if it cannot be started
     */
    public static Proxy nginx(Path folder, IntFunction<String> http) throws IOException {
        int port = Programs.freePort();
        return start(Kind.NGINX, folder, port, http.apply(port));
    }

    /**
     * Starts it with its files in a folder.
     *
     * @param port where it listens by that configuration, on loopback
     * @param configured all of HAProxy's configuration; of nginx's what is in its block {@code http}
     */
    static Proxy start(Kind kind, Path folder, int port, String configured) throws IOException {
        Path configuration = Files.writeString(
                folder.resolve(kind.command + ".conf"),
                kind == Kind.NGINX ? nginxAround(folder, configured) : configured);
        String executable = Objects.requireNonNull(kind.executable()).toString();
        List<String> command = kind == Kind.NGINX
                ? List.of(executable, "-p", folder.toString(), "-e", "stderr", "-c", configuration.toString())
                : List.of(executable, "-db", "-f", configuration.toString());
        Path log = folder.resolve(kind.command + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Proxy proxy = new Proxy(process, URI.create("http://127.0.0.1:" + port));
        try {
            Await.until(START_BOUND, kind + " to listen", proxy::listens);
        } catch (AssertionError e) {
            proxy.close();
            throw new AssertionError(e.getMessage() + "; it logged " + Files.readString(log), e);
        }
        return proxy;
    }

    /** Where it listens. */
    public URI uri() {
        return uri;
    }

    private boolean listens() {
        try {
            RawHttp.connect(uri).close();
            return true;
        } catch (UncheckedIOException e) {
            return !process.isAlive();
        }
    }

    private static String nginxAround(Path folder, String configured) {
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(kind -> kind + "_temp_path " + folder.resolve(kind) + ";\n")
                .collect(Collectors.joining());
        // Workers of an nginx that root starts would be somebody else, who may not enter the folder.
        return "user " + System.getProperty("user.name") + ";\ndaemon off;\nworker_processes 1;\npid "
                + folder.resolve("nginx.pid") + ";\nevents {}\nhttp {\naccess_log off;\n" + temporary + configured
                + "}\n";
    }

    private static String nginx(int port, List<URI> gateways) {
        String servers = gateways.stream()
                .map(gateway -> "server " + gateway.getAuthority() + ";\n")
                .collect(Collectors.joining());
        return "upstream gateways {\n" + servers + "}\nserver {\nlisten 127.0.0.1:" + port
                + ";\nclient_max_body_size 0;\nlocation / { proxy_pass http://gateways; }\n}\n";
    }

    private static String haproxy(int port, List<URI> gateways) {
        String servers = IntStream.range(0, gateways.size())
                .mapToObj(i -> "  server gateway%d %s check inter 60s observe layer7 error-limit 1 on-error mark-down\n"
                        .formatted(i, gateways.get(i).getAuthority()))
                .collect(Collectors.joining());
        return "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n"
                + "frontend front\n  bind 127.0.0.1:" + port + "\n  default_backend gateways\nbackend gateways\n"
                + servers;
    }

    @Override
    public void close() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                workers.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
