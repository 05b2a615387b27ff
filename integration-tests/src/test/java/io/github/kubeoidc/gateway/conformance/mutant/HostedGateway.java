// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.ListeningLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A gateway's main program in class and thread group of its own: as good as a process to whoever looks from outside. */
final class HostedGateway implements StartedGateway {

    private static final String MAIN = "io.github.kubeoidc.gateway.server.Main";
    private static final Duration START_BOUND = Duration.ofSeconds(30);
    private static final Duration KILL_BOUND = Duration.ofSeconds(10);

    private final Map<String, String> environment =
            new HashMap<>(Map.of("LISTEN_ADDR", "127.0.0.1", "LISTEN_PORT", "0"));
    private final ThreadGroup threads = new ThreadGroup("gateway");
    private final LogPipe log = new LogPipe();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Classes classes;
    private volatile @Nullable URI baseUri;
    private volatile @Nullable Integer exitStatus;
    private volatile @Nullable Thread shutdownHook;
    private volatile @Nullable Runnable killer;

    private HostedGateway(List<URL> path, ClassLoader libraries, Map<String, String> environment) {
        this.environment.putAll(environment);
        this.classes = new Classes(path.toArray(URL[]::new), libraries);
    }

    /**
     * Starts one.
     *
     * @param path its own classes, and the libraries that have static state
     * @param libraries loads the others
     */
    static HostedGateway start(List<URL> path, ClassLoader libraries, Map<String, String> environment) {
        HostedGateway gateway = new HostedGateway(path, libraries, environment);
        Thread main = new Thread(gateway.threads, gateway::run, "main");
        main.setContextClassLoader(gateway.classes);
        main.start();
        try {
            Await.until(START_BOUND, "the log to say 'listening on'", gateway::hasStartedOrEnded);
        } catch (AssertionError e) {
            gateway.close();
            throw new GatewayDidNotStart(OptionalInt.empty(), gateway.log(), gateway.errors());
        }
        Integer status = gateway.exitStatus;
        if (gateway.baseUri == null && status != null) {
            gateway.close();
            throw new GatewayDidNotStart(OptionalInt.of(status), gateway.log(), gateway.errors());
        }
        return gateway;
    }

    private void run() {
        try {
            classes.loadClass(MAIN).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } catch (ReflectiveOperationException e) {
            e.printStackTrace(classes.standardError());
            exitStatus = 1;
        }
    }

    private boolean hasStartedOrEnded() {
        // In this order, as the last lines come before the end.
        boolean ended = exitStatus != null;
        for (String line : log()) {
            URI address = ListeningLine.address(line);
            if (address != null) {
                baseUri = address;
                return true;
            }
        }
        return ended;
    }

    @Override
    public URI baseUri() {
        URI uri = baseUri;
        if (uri == null) {
            throw new IllegalStateException("not listening");
        }
        return uri;
    }

    @Override
    public List<String> log() {
        return log.lines();
    }

    @Override
    public String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void withLogBlocked(Runnable task) {
        log.block(true);
        try {
            task.run();
        } finally {
            log.block(false);
        }
    }

    @Override
    public void closeLog() {
        log.close();
    }

    @Override
    public long threads() {
        return threads.activeCount();
    }

    @Override
    public void terminate() {
        Thread hook = shutdownHook;
        if (hook == null) {
            // What the JVM does by itself.
            exitStatus = 143;
            kill();
        } else if (hook.getState() == Thread.State.NEW) {
            hook.start();
        }
    }

    @Override
    public int awaitExit(Duration bound) {
        return Await.value(bound, "the gateway to exit", () -> exitStatus);
    }

    @Override
    public void close() {
        kill();
        try {
            classes.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void kill() {
        log.close();
        Runnable end = killer;
        if (end != null) {
            killer = null;
            Thread stopping = new Thread(end, "kill");
            stopping.setDaemon(true);
            stopping.start();
            try {
                // A gateway whose fault is to wait with a selector's thread does not stop by itself.
                stopping.join(KILL_BOUND.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads.interrupt();
    }

    /** Loads the gateway's classes, and is what they see of the process. */
    private final class Classes extends URLClassLoader implements Host {

        private final PrintStream standardError = new PrintStream(errors, true, StandardCharsets.UTF_8);

        Classes(URL[] path, ClassLoader libraries) {
            super(path, libraries);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Host.class.getName())) {
                return Host.class;
            }
            if (!name.startsWith("org.slf4j.")) {
                return super.loadClass(name, resolve);
            }
            // The libraries have one too, for themselves.
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        @Override
        public @Nullable String getenv(String name) {
            return environment.get(name);
        }

        @Override
        public Map<String, String> environment() {
            return Map.copyOf(environment);
        }

        @Override
        public OutputStream standardOutput() {
            return log;
        }

        @Override
        public PrintStream standardError() {
            return standardError;
        }

        @Override
        public void exit(int status) {
            exitStatus = status;
        }

        @Override
        public void addShutdownHook(Thread hook) {
            shutdownHook = hook;
        }

        @Override
        public void onKill(Runnable end) {
            killer = end;
        }
    }
}
