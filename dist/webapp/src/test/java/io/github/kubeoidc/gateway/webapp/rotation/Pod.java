// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.Documents;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.cache.DocumentCache;
import io.github.kubeoidc.gateway.cache.DocumentFiles;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import io.github.kubeoidc.gateway.upstream.DocumentValidator;
import io.github.kubeoidc.gateway.web.GatewayServlet;
import io.github.kubeoidc.gateway.web.RequestLogFilter;
import io.github.kubeoidc.gateway.web.ShutdownState;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;

/** One gateway: cache, store, servlet and filter, wired as the product wires them. It may be stopped and started again. */
final class Pod {
    /** What one line of the log says of the key set. */
    record Line(long at, String text) {}

    final List<Line> log = new ArrayList<>();

    /** The run that goes on; {@code null} while it is stopped. */
    Life life;

    private final String name;
    private final World world;
    private Path directory;
    private final Map<DocumentKind, Integer> fetches = new EnumMap<>(DocumentKind.class);
    private int lives;

    Pod(String name, World world, Path directory) throws IOException {
        this.name = name;
        this.world = world;
        this.directory = Files.createDirectory(directory.resolve(name));
    }

    void start() {
        world.speaking(this, () -> life = new Life());
    }

    void stop() {
        world.speaking(this, life::close);
        life = null;
    }

    /** What a new pod with an {@code emptyDir} finds. The one before may still write to its own, which its end does not await. */
    void forget() {
        try {
            directory = Files.createTempDirectory(directory.getParent(), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int fetches(DocumentKind kind) {
        return fetches.getOrDefault(kind, 0);
    }

    /** From one start to the next stop. */
    final class Life {
        final long startedAt = world.time.getAsLong();

        private final List<Fetched> fetched = new ArrayList<>();
        private final DocumentFiles store;
        private final DocumentCache cache;
        private final Server server = new Server();
        private final LocalConnector connector =
                new LocalConnector(server, this::execute, null, null, 1, new HttpConnectionFactory());
        private final Deque<LocalConnector.LocalEndPoint> idle = new ArrayDeque<>();
        private final LinkedBlockingQueue<CompletableFuture<Answer>> asked = new LinkedBlockingQueue<>();
        private final List<Exchange> pending = new ArrayList<>();
        private final int number = ++lives;

        Life() {
            GatewayConfig config = world.settings.config(directory);
            store = DocumentFiles.open(directory, config.upstreamHost(), world.time, DocumentValidator::validate);
            cache = new DocumentCache(
                    config, source(), store, world.time, world.time, world.random::nextDouble, Events.NONE);
            Documents documents = kind -> {
                CompletableFuture<Answer> answer = cache.get(kind);
                asked.add(answer);
                return answer;
            };
            server.addConnector(connector);
            ServletContextHandler context = new ServletContextHandler();
            FilterHolder filter = new FilterHolder(new RequestLogFilter(world.time, Events.NONE));
            filter.setAsyncSupported(true);
            context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
            ServletHolder servlet = new ServletHolder(
                    new GatewayServlet(documents, cache, new ShutdownState(), "", Duration.ofHours(1), world.time));
            servlet.setAsyncSupported(true);
            context.addServlet(servlet, "/*");
            server.setHandler(context);
            try {
                server.start();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            cache.start();
        }

        /** Runs on the caller's thread what is not to go on for good: to hand a request over takes longer than to answer it. */
        private void execute(Runnable task) {
            if (server.isStarted()) {
                task.run();
            } else {
                Thread acceptor = new Thread(task, "acceptor");
                acceptor.setDaemon(true);
                acceptor.start();
            }
        }

        private DocumentSource source() {
            return kind -> {
                CompletableFuture<Document> answer = new CompletableFuture<>();
                long longest =
                        Duration.ofSeconds(world.settings.upstreamTimeout()).toNanos();
                ApiServers.State state = world.servers.state;
                long takes = state == ApiServers.State.HANGS || world.slow || world.random.nextInt(10) == 0
                        ? longest
                        : world.random.nextLong(longest);
                // Servers take turns for each document, or else one of them would send all the key sets.
                int server = fetches.merge(kind, 1, Integer::sum) % ApiServers.NUMBER;
                Sent sent = state == ApiServers.State.UP ? send(kind, server) : new Sent(null, failure(state));
                world.time.after(Duration.ofNanos(takes), () -> world.speaking(Pod.this, () -> arrive(sent, answer)));
                return answer;
            };
        }

        private void arrive(Sent sent, CompletableFuture<Document> answer) {
            if (life != this) {
                return;
            }
            if (sent.document == null) {
                answer.completeExceptionally(sent.failure);
                return;
            }
            if (sent.document.kind() == DocumentKind.JWKS) {
                fetched.add(new Fetched(world.time.getAsLong(), sent.keys));
            }
            answer.complete(sent.document);
        }

        private static FetchException failure(ApiServers.State state) {
            return state == ApiServers.State.HANGS
                    ? new FetchException(Outcome.TIMEOUT, "timed out", null)
                    : new FetchException(Outcome.IO, "refused", null);
        }

        private Sent send(DocumentKind kind, int server) {
            String json = kind == DocumentKind.DISCOVERY
                    ? "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/openid/v1/jwks\"}"
                    : world.servers.jwks(server);
            int maxAge = world.settings.upstreamMaxAge();
            try {
                Document document = DocumentValidator.validate(kind, json.getBytes(StandardCharsets.UTF_8))
                        .withUpstreamMaxAge(maxAge < 0 ? null : Duration.ofSeconds(maxAge));
                return new Sent(document, null, KeySetAnswer.keys(json));
            } catch (FetchException e) {
                throw new AssertionError(e);
            }
        }

        /** Asks for the key set over HTTP. Time stands still until the servlet has got its answer, or waits for it. */
        void ask(String etag, Consumer<KeySetAnswer> then) {
            LocalConnector.LocalEndPoint client = idle.isEmpty() ? connector.connect() : idle.pop();
            String request = "GET /openid/v1/jwks HTTP/1.1\r\nHost: a\r\n"
                    + (etag == null ? "" : "If-None-Match: " + etag + "\r\n") + "\r\n";
            client.addInputAndExecute(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            try {
                CompletableFuture<Answer> answer = asked.poll(1, TimeUnit.MINUTES);
                pending.add(new Exchange(client, answer, then));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            finishExchanges();
        }

        /** Reads the answers to the requests that wait for nothing any more. */
        void finishExchanges() {
            if (pending.isEmpty()) {
                return;
            }
            List<Exchange> done = pending.stream()
                    .filter(exchange -> exchange.answer.isDone())
                    .toList();
            pending.removeAll(done);
            for (Exchange exchange : done) {
                try {
                    String response = exchange.client.getResponse(false, 1, TimeUnit.MINUTES);
                    idle.push(exchange.client);
                    exchange.then.accept(KeySetAnswer.parse(response, this, world.time.getAsLong()));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }

        void probe() {
            cache.check();
        }

        private void close() {
            awaitStored();
            store.close();
            try {
                server.stop();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            List<Exchange> lost = List.copyOf(pending);
            pending.clear();
            lost.forEach(exchange -> world.time.after(Duration.ZERO, () -> world.askAny(null, exchange.then)));
        }

        /** Time stands still for the disk too, which may take longer than a gateway that stops waits for it. */
        private static void awaitStored() {
            Waiting.until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("cache-dir")));
        }

        /** When this run first fetched a key set with this key, not before a moment; that it never did is the end of time. */
        long fetchedSince(String key, long since) {
            return fetched.stream()
                    .filter(set -> set.at >= since && set.keys.contains(key))
                    .mapToLong(Fetched::at)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        }

        Pod pod() {
            return Pod.this;
        }

        @Override
        public String toString() {
            return name + ", run " + number;
        }
    }

    private record Fetched(long at, List<String> keys) {}

    private record Exchange(
            LocalConnector.LocalEndPoint client, CompletableFuture<Answer> answer, Consumer<KeySetAnswer> then) {}

    /** What an API server sends in answer to one request: decided when it comes, as late as it may arrive. */
    private record Sent(Document document, FetchException failure, List<String> keys) {
        Sent(Document document, FetchException failure) {
            this(document, failure, List.of());
        }
    }
}
