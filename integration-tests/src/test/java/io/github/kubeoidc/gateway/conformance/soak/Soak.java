// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.ProcessFigures;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.soak.SoakReport.Answers;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A gateway under load for a long time, in front of an API server that fails at random: clients fetch, rude ones among them,
 * tokens, CA and signing keys rotate, and meanwhile its memory, threads and file descriptors are measured.
 */
final class Soak {

    static final Duration CACHE_TTL = Duration.ofSeconds(1);
    static final Duration UPSTREAM_TIMEOUT = Duration.ofSeconds(2);

    /** A fetch that hangs, health's next one a second later, one TTL, and two seconds for a busy machine. */
    static final Duration ROTATION_BOUND =
            UPSTREAM_TIMEOUT.plusSeconds(1).plus(CACHE_TTL).plusSeconds(2);

    /** A request that waits for upstream gives up after 300 ms (3.2); a busy machine may hold up one in a thousand. */
    static final int MOST_ANSWER_MILLIS = 1000;

    private static final String BEFORE_THE_FIRST = "502 before the first document";
    private static final int RELYING_PARTIES = 4;
    private static final int MOST_MILLIS_BETWEEN = 60;
    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);

    /** Its pool has a bound of its own, and keeps for a minute what one busy moment took. */
    private static final String HTTP_THREADS = "http-";

    private static final Duration STOP_BOUND = Duration.ofSeconds(20);

    private final Path launcher;
    private final Path directory;
    private final Duration length;
    private final Random random;
    private final long seed;
    private final Observations seen = new Observations();
    private final Answers answers = new Answers(
            new Series("documents lost", ""),
            new Series("half of the documents within", "ms"),
            new Series("the slowest document", "ms"));
    private final Series heap = new Series("heap", "MiB", 0.4);
    private final Series threads = new Series("threads", "", 3);
    private final Series descriptors = new Series("files", "", 4);
    private final Series resident = new Series("memory", "MiB", 24);
    private volatile boolean ended;

    /**
     * Prepares one.
     *
     * @param launcher the executable that starts the gateway
     * @param directory where the log and the gateway's {@code CACHE_DIR} go; made where it is missing
     * @param length how long the load lasts
     * @param seed decides what happens and in which order, though not how the threads take turns
     */
    Soak(Path launcher, Path directory, Duration length, long seed) {
        this.launcher = launcher;
        this.directory = directory;
        this.length = length;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /**
     * Runs it. Blocks for as long as it was told to.
     *
     * @return what it showed
     */
    SoakReport run() throws IOException, InterruptedException {
        Files.createDirectories(directory);
        try (ApiServerStandIn standIn = ApiServerStandIn.start();
                GatewayLog log = new GatewayLog(directory.resolve("gateway.log"), seen)) {
            KeySets keySets = new KeySets();
            String discovery = standIn.discovery().json();
            List<Publications> documents = List.of(
                    new Publications(
                            standIn.discovery(),
                            version -> discovery.replaceFirst("\\{", "{\"version\":" + version + ",")),
                    new Publications(standIn.jwks(), keySets::next));
            Map<String, String> environment = new HashMap<>(standIn.environment());
            environment.put("LISTEN_ADDR", "127.0.0.1");
            environment.put("LISTEN_PORT", "0");
            environment.put(
                    "CACHE_DIR",
                    Files.createDirectories(directory.resolve("cache")).toString());
            environment.put("CACHE_TTL_SECONDS", Long.toString(CACHE_TTL.toSeconds()));
            environment.put("UPSTREAM_TIMEOUT_SECONDS", Long.toString(UPSTREAM_TIMEOUT.toSeconds()));
            try (GatewayProcess gateway =
                    GatewayProcess.start(launcher, environment, log, directory.resolve("errors.log"))) {
                documents.forEach(document -> fetchFirst(gateway, document));
                load(gateway, standIn, documents);
                stop(gateway, log);
            }
        }
        return new SoakReport(seed, seen, answers, List.of(heap, threads, descriptors, resident));
    }

    /** From now on the document must not be lost. */
    private void fetchFirst(GatewayProcess gateway, Publications document) {
        Await.until(Duration.ofSeconds(30), "the first 200 on " + document.path(), () -> {
            seen.count("request GET");
            RawResponse answer = RawHttp.exchange(
                    gateway.baseUri(),
                    "GET " + document.path() + " HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n");
            if (answer.status() == 502) {
                // A first fetch may time out while the run-time is cold and the machine busy.
                seen.count(BEFORE_THE_FIRST);
            }
            return answer.status() == 200 && document.versionOf(answer) == 1;
        });
    }

    private void load(GatewayProcess gateway, ApiServerStandIn standIn, List<Publications> documents)
            throws InterruptedException {
        seen.begin();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < RELYING_PARTIES; i++) {
            FetchingClient party =
                    new FetchingClient(gateway.baseUri(), documents, new Random(random.nextLong()), seen);
            workers.add(worker("relying-party-" + i, () -> party.run(() -> ended, MOST_MILLIS_BETWEEN)));
        }
        AbusiveClient rude = new AbusiveClient(gateway.baseUri(), new Random(random.nextLong()), seen);
        workers.add(worker("rude-client", () -> rude.run(() -> ended)));
        workers.add(worker("sampler", () -> sample(gateway)));
        FailingUpstream upstream =
                new FailingUpstream(standIn, documents, ROTATION_BOUND, new Random(random.nextLong()), seen);
        Thread failing = worker("upstream", () -> upstream.run(length));
        failing.join();
        ended = true;
        for (Thread worker : workers) {
            worker.join();
        }
    }

    private Thread worker(String name, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException | AssertionError e) {
                        seen.wrong(name + " ended: " + e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void sample(GatewayProcess gateway) {
        // Collecting costs some tenths of a second of processor time.
        double collectionInterval = Math.min(5, Math.max(2, length.toSeconds() / 240.0));
        double nextCollection = 0;
        while (!ended) {
            double second = seen.seconds();
            if (second >= nextCollection) {
                heap.add(second, ProcessFigures.heapKiBAfterCollection(gateway.pid()) / 1024.0);
                nextCollection = second + collectionInterval;
            }
            answers.lost().add(second, seen.lost());
            double[] millis = seen.takeLatestMillis();
            if (millis.length > 0) {
                answers.half().add(second, millis[millis.length / 2]);
                answers.slowest().add(second, millis[millis.length - 1]);
            }
            long threadsNow = ProcessFigures.threadsBeside(gateway.pid(), HTTP_THREADS);
            long filesNow = ProcessFigures.files(gateway.pid());
            double residentNow = ProcessFigures.residentKiB(gateway.pid()) / 1024.0;
            if (ended) {
                // The clients may have left, and a gateway without clients has less of each than one that leaks.
                return;
            }
            threads.add(second, threadsNow);
            descriptors.add(second, filesNow);
            resident.add(second, residentNow);
            Await.pace(SAMPLE_INTERVAL);
        }
    }

    private void stop(GatewayProcess gateway, GatewayLog log) throws IOException, InterruptedException {
        int status = gateway.terminate(STOP_BOUND);
        if (status != 0) {
            seen.wrong("status " + status + " after SIGTERM");
        }
        if (!log.lastLine().endsWith("stopped: all requests in flight were finished")) {
            seen.wrong("the last line of the log: " + log.lastLine());
        }
        if (!gateway.errors().isEmpty()) {
            seen.wrong("on standard error: " + gateway.errors());
        }
        long perhaps = seen.counted("request perhaps");
        long certain = seen.sum("request ") - perhaps;
        long logged = seen.sum("logged ") + log.dropped();
        if (logged < certain || logged > certain + perhaps) {
            seen.wrong("the log has " + logged + " lines of requests, of which there were " + certain + ", and at most "
                    + perhaps + " that nobody waited for");
        }
        seen.countedBy("logged 5").forEach((code, count) -> {
            long allowed = code.equals("03") ? count : code.equals("02") ? seen.counted(BEFORE_THE_FIRST) : 0;
            if (count > allowed) {
                seen.wrong("the log has " + count + " requests with status 5" + code + ", of which " + allowed
                        + " are as they should be");
            }
        });
    }
}
