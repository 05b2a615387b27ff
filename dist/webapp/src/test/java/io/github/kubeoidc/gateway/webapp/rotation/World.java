// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** API servers, two gateways, and relying parties that verify tokens all the time. All that is random follows from the seed. */
final class World implements AutoCloseable {
    static final Duration TOKEN_LIFE = Duration.ofMinutes(15);

    private static final String ROOMS = "io.github.kubeoidc.gateway.";

    final FastTime time = new FastTime();
    final Random random;
    final Settings settings;
    final ApiServers servers;
    final List<Pod> pods = new ArrayList<>();
    final List<CachingVerifier> parties = new ArrayList<>();
    final List<CachingVerifier.Refusal> refusals = new ArrayList<>();
    int verified;

    /** Whether every fetch takes as long as it may. */
    boolean slow;

    private final Logger cacheLog = logger("cache");
    private final Logger webLog = logger("web");
    private final Appender appender = new Appender();
    private Consumer<CachingVerifier.Refusal> atRefusal = refusal -> {};
    private Pod speaker;
    private int keys;

    /** A world in which nobody verifies anything yet. */
    World(Random random, Settings settings, Path directory) throws IOException {
        this.random = random;
        this.settings = settings;
        servers = new ApiServers(time, newKey());
        appender.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        appender.start();
        cacheLog.setAdditive(false);
        cacheLog.setLevel(Level.INFO);
        cacheLog.addAppender(appender);
        webLog.setLevel(Level.WARN);
        for (String name : List.of("one", "two")) {
            Pod pod = new Pod(name, this, directory);
            pods.add(pod);
            pod.start();
            every(Duration.ofSeconds(settings.probeInterval()), () -> {
                if (pod.life != null) {
                    pod.life.probe();
                }
            });
        }
        // A cache asks for the whole answer, which it may need.
        KeySetAnswer.Origin origin =
                settings.caches() == 0 ? this::askAny : new KeptKeySet(time, this::askAny, maxAge -> maxAge, false);
        parties.add(new CachingVerifier("who keeps as told", this, origin, maxAge -> maxAge));
        parties.add(new CachingVerifier("who keeps nothing", this, origin, maxAge -> 0));
        if (settings.ownTime() > 0) {
            parties.add(new CachingVerifier("who has a time of its own", this, origin, maxAge -> settings.ownTime()));
        }
    }

    private static Logger logger(String room) {
        return (Logger) LoggerFactory.getLogger(ROOMS + room);
    }

    String newKey() {
        return "key" + ++keys;
    }

    /** Has tokens verified from now on, each at a random moment of its life. */
    void verifyTokens(Duration meanInterval, Consumer<CachingVerifier.Refusal> whenRefused) {
        atRefusal = whenRefused;
        parties.forEach(party -> verifyLater(party, meanInterval));
    }

    private void verifyLater(CachingVerifier party, Duration meanInterval) {
        time.after(randomUpTo(meanInterval.multipliedBy(2)), () -> {
            long age = random.nextInt(3) == 0 ? 0 : randomUpTo(TOKEN_LIFE).toNanos();
            party.verify(servers.signedWith(random.nextInt(ApiServers.NUMBER), time.getAsLong() - age));
            verifyLater(party, meanInterval);
        });
    }

    private void every(Duration interval, Runnable task) {
        time.after(interval, () -> {
            task.run();
            every(interval, task);
        });
    }

    Duration randomUpTo(Duration longest) {
        return Duration.ofNanos((long) (longest.toNanos() * random.nextDouble()));
    }

    void pass(Duration passing) {
        time.pass(passing, this::finishExchanges);
    }

    private void finishExchanges() {
        for (Pod pod : pods) {
            if (pod.life != null) {
                pod.life.finishExchanges();
            }
        }
    }

    /** Asks one of the gateways, as a load balancer does. */
    void askAny(String etag, Consumer<KeySetAnswer> then) {
        List<Pod> running = pods.stream().filter(pod -> pod.life != null).toList();
        if (running.isEmpty()) {
            then.accept(new KeySetAnswer(0, List.of(), "", 0, null, time.getAsLong()));
        } else {
            running.get(random.nextInt(running.size())).life.ask(etag, then);
        }
    }

    /** Does something of which only this gateway can log. */
    void speaking(Pod pod, Runnable task) {
        Pod before = speaker;
        speaker = pod;
        try {
            task.run();
        } finally {
            speaker = before;
        }
    }

    void refused(CachingVerifier.Refusal refusal) {
        refusals.add(refusal);
        atRefusal.accept(refusal);
    }

    @Override
    public void close() {
        pods.stream().filter(pod -> pod.life != null).forEach(Pod::stop);
        cacheLog.detachAppender(appender);
        cacheLog.setAdditive(true);
        cacheLog.setLevel(null);
        webLog.setLevel(null);
    }

    /** Keeps what the gateway says that is at work. */
    private final class Appender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (speaker != null) {
                speaker.log.add(new Pod.Line(time.getAsLong(), event.getLevel() + " " + event.getFormattedMessage()));
            }
        }
    }
}
