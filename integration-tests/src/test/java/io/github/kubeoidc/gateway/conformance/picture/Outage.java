// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.metrics.Scrape;
import io.github.kubeoidc.gateway.conformance.picture.Front.Answer;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Point;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.conformance.proxy.Proxy;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API server goes away and comes back, with a gateway and a plain reverse proxy in front of it that are asked the same. At
 * first its machine is gone, so that packets are dropped; then that is back, and refuses connections as nothing listens yet.
 */
final class Outage {
    /** How long a client waits for an answer. */
    static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(5);

    static final int REQUESTS_A_SECOND = 4;

    private static final Duration START_BOUND = Duration.ofSeconds(60);
    private static final Pattern FETCHES =
            Pattern.compile("(?m)^kube_oidc_gateway_upstream_fetches_total\\{.*} ([0-9.E]+)$");

    private final Path launcher;
    private final Path directory;
    private final Times times;
    private final List<Point> fetches = Collections.synchronizedList(new ArrayList<>());
    private long beginningMillis;

    /**
     * Prepares one.
     *
     * @param launcher the executable that starts the gateway
     * @param directory for nginx's files; made where it is missing
     * @param seconds how long the API server is away
     */
    Outage(Path launcher, Path directory, int seconds) {
        this.launcher = launcher;
        this.directory = directory;
        this.times = new Times(seconds);
    }

    /** The moments of a run, and the settings that are made shorter with it. In seconds. */
    record Times(int outage) {
        double gone() {
            return outage / 5.0;
        }

        double refusing() {
            return gone() + outage / 2.0;
        }

        double back() {
            return gone() + outage;
        }

        double end() {
            return back() + outage / 5.0;
        }

        /** 60, as by default, for ten minutes. */
        long cacheTtl() {
            return Math.max(1, outage / 10);
        }

        /** 5 s, as in the shipped manifest, for ten minutes. */
        Duration probeInterval() {
            return Duration.ofMillis(Math.max(500, outage * 1000L / 120));
        }

        Duration sampleInterval() {
            return Duration.ofMillis(Math.max(250, outage * 1000L / 600));
        }
    }

    /**
     * Plays it. Blocks for as long as it lasts.
     *
     * @return what it showed
     */
    OutageReport run() throws IOException {
        Files.createDirectories(directory);
        Path accessLog = directory.resolve("access.log");
        Files.deleteIfExists(accessLog);
        List<Answer> answers;
        List<Answer> answersOfNginx;
        try (ApiServerStandIn standIn = ApiServerStandIn.start();
                StartedGateway gateway = CommandGateway.start(List.of(launcher.toString()), environment(standIn));
                Proxy nginx = Proxy.nginx(directory, port -> configuration(standIn, accessLog, port))) {
            Front one = new Front(gateway.baseUri());
            Front other = new Front(nginx.uri());
            Await.until(START_BOUND, "documents of both", () -> one.hasBoth() && other.hasBoth());
            beginningMillis = System.currentTimeMillis();
            try (Schedule schedule = new Schedule("outage", 3)) {
                schedule.every(Duration.ofMillis(1000 / REQUESTS_A_SECOND), () -> {
                    one.ask(schedule.second());
                    other.ask(schedule.second());
                });
                schedule.every(times.probeInterval(), () -> one.probe());
                schedule.every(times.sampleInterval(), () -> sample(gateway, schedule));
                play(standIn, schedule);
            }
            answers = one.answers();
            answersOfNginx = other.answers();
        }
        return new OutageReport(times, answers, answersOfNginx, List.copyOf(fetches), attempts(accessLog));
    }

    private void play(ApiServerStandIn standIn, Schedule schedule) {
        schedule.passUntil(times.gone());
        standIn.ignoreConnections();
        schedule.passUntil(times.refusing());
        standIn.refuseConnections();
        schedule.passUntil(times.back());
        standIn.acceptConnections();
        schedule.passUntil(times.end());
    }

    private void sample(StartedGateway gateway, Schedule schedule) {
        Matcher count = FETCHES.matcher(Scrape.of(gateway).text());
        double sum = 0;
        while (count.find()) {
            sum += Double.parseDouble(count.group(1));
        }
        fetches.add(new Point(schedule.second(), sum));
    }

    /** The shipped manifest's, but for what has to be shorter where the outage is. */
    private Map<String, String> environment(ApiServerStandIn standIn) {
        Map<String, String> environment = new HashMap<>(standIn.environment());
        environment.put("HEALTH_MAX_STALE_SECONDS", "2592000");
        environment.put("CACHE_TTL_SECONDS", Long.toString(times.cacheTtl()));
        environment.put("JWKS_CLIENT_CACHE_TTL_SECONDS", "300");
        environment.put("METRICS_PORT", "0");
        return environment;
    }

    /** What people write who have no gateway: all of it by nginx's defaults but the token and the CA. */
    private static String configuration(ApiServerStandIn standIn, Path accessLog, int port) {
        return """
                log_format attempts '$msec $request_time $upstream_addr';
                server {
                  access_log %s attempts;
                  listen 127.0.0.1:%d;
                  location / {
                    proxy_pass %s;
                    proxy_set_header Authorization "Bearer %s";
                    proxy_ssl_trusted_certificate %s;
                    proxy_ssl_verify on;
                    proxy_ssl_name localhost;
                  }
                }
                """.formatted(
                        accessLog,
                        port,
                        standIn.baseUri(),
                        standIn.token(),
                        standIn.files().caCertPath());
    }

    /** When nginx tried to ask the API server. */
    private List<Double> attempts(Path accessLog) throws IOException {
        List<Double> attempts = new ArrayList<>();
        for (String line : Files.readAllLines(accessLog)) {
            String[] fields = line.split(" ", 3);
            double second = Double.parseDouble(fields[0]) - Double.parseDouble(fields[1]) - beginningMillis / 1e3;
            if (!fields[2].equals("-")) {
                attempts.addAll(Collections.nCopies(fields[2].split(",").length, second));
            }
        }
        Collections.sort(attempts);
        return attempts;
    }
}
