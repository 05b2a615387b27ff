// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;

import io.github.kubeoidc.gateway.api.DocumentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * CONTRACT 3.1 to 3.7, 3.10 and 4.1 to 4.3 said once more, for one thread and without futures. Times are milliseconds. An answer is
 * a supplier that gives {@code null} as long as who asked has to wait: for a request {@code HIT}, {@code MISS} or
 * {@code STALE} with the number of the document, 0 for a stored one, or {@code NONE}; for health {@code GOOD} or {@code BAD}.
 */
final class CacheModel {
    private static final int NONE = -1;
    private static final int STORED = 0;
    private static final long STALE_WAIT = 300;
    private static final long SECOND = 1000;

    /** What upstream does with a fetch that begins. */
    enum Upstream {
        HANGS,
        ANSWERS,
        FAILS,
        BREAKS
    }

    /**
     * What the cache is configured with.
     *
     * @param storedAge how old both documents are that an earlier process has stored, negative where it has not
     * @param jitter which part of the fifth that may be taken from a pause is taken
     */
    record Settings(long ttl, long healthMaxStale, long storedAge, double jitter) {}

    private final Settings settings;
    private long now;
    private Upstream upstream = Upstream.HANGS;
    private int documents;
    private final Cached discovery;
    private final Cached jwks;

    CacheModel(Settings settings) {
        this.settings = settings;
        discovery = new Cached();
        jwks = new Cached();
    }

    Cached of(DocumentKind kind) {
        return kind == DISCOVERY ? discovery : jwks;
    }

    void turn(Upstream behaviour) {
        upstream = behaviour;
    }

    void pass(long time) {
        now += time;
        for (Cached cached : List.of(discovery, jwks)) {
            if (cached.fetch != null && now >= cached.fetch.begunAt + STALE_WAIT) {
                cached.fetch.giveUpWaiting();
            }
        }
    }

    Supplier<String> probe() {
        if (jwks.asked > 0 || jwks.isKnown()) {
            return both();
        }
        Supplier<String> first = discovery.health();
        if (discovery.fetch == null) {
            return both();
        }
        // At a start one fetch after the other, so that the second finds an open connection.
        List<Supplier<String>> second = new ArrayList<>();
        discovery.fetch.afterwards.add(() -> second.add(jwks.health()));
        return () -> !"GOOD".equals(first.get())
                ? first.get()
                : second.isEmpty() ? null : second.get(0).get();
    }

    private Supplier<String> both() {
        Supplier<String> second = jwks.health();
        Supplier<String> first = discovery.health();
        return () ->
                first.get() == null || second.get() == null ? null : first.get().equals("GOOD") ? second.get() : "BAD";
    }

    private static final class Fetch {
        private final long begunAt;
        private final String before;
        private final List<Runnable> afterwards = new ArrayList<>();
        private String result;
        private String patientResult;

        Fetch(long begunAt, String before) {
            this.begunAt = begunAt;
            this.before = before;
        }

        void giveUpWaiting() {
            patientResult = patientResult == null ? before : patientResult;
        }

        void end(String result) {
            this.result = result;
            patientResult = patientResult == null ? result : patientResult;
            afterwards.forEach(Runnable::run);
        }
    }

    final class Cached {
        private int document = settings.storedAge < 0 ? NONE : STORED;
        private long fetchedAt = now - settings.storedAge;
        private Fetch fetch;
        private int asked;
        private boolean ended;
        private long endedAt;
        private int failures;
        private boolean timedOut;

        boolean isFetching() {
            return fetch != null;
        }

        int asked() {
            return asked;
        }

        Supplier<String> request() {
            if (isFresh()) {
                String hit = "HIT " + document;
                if (age() * 10 >= settings.ttl * 8 && fetch == null && !isPaused()) {
                    begin();
                }
                return () -> hit;
            }
            if (fetch == null && isPaused()) {
                String known = known();
                return () -> known;
            }
            // Who finds nothing waits for the end, who finds a stale document for 300 ms from the fetch's begin.
            boolean patient = isKnown();
            Fetch joined = fetch == null ? begin() : fetch;
            return patient ? () -> joined.patientResult : () -> joined.result;
        }

        private Supplier<String> health() {
            boolean fromMemory = settings.healthMaxStale > 0;
            boolean recent = fromMemory && isKnown() && age() <= settings.healthMaxStale;
            boolean asks = !fromMemory || !isFresh();
            Fetch joined = asks && fetch == null && (!ended || now - endedAt >= SECOND) ? begin() : fetch;
            if (recent) {
                return () -> "GOOD";
            }
            if (!asks || joined == null) {
                String last = ended && failures == 0 ? "GOOD" : "BAD";
                return () -> last;
            }
            return () -> health(fromMemory ? joined.patientResult : joined.result);
        }

        private String health(String result) {
            return result == null ? null : result.startsWith("MISS") ? "GOOD" : "BAD";
        }

        private Fetch begin() {
            Fetch begun = new Fetch(now, known());
            fetch = begun;
            asked++;
            if (timedOut) {
                begun.giveUpWaiting();
            }
            switch (upstream) {
                case HANGS -> {}
                case ANSWERS -> succeed();
                case FAILS, BREAKS -> fail(false);
            }
            return begun;
        }

        void succeed() {
            document = ++documents;
            fetchedAt = now;
            failures = 0;
            end(false, "MISS " + document);
        }

        void fail(boolean timeout) {
            failures++;
            end(timeout, known());
        }

        private void end(boolean timeout, String result) {
            Fetch done = fetch;
            fetch = null;
            ended = true;
            endedAt = now;
            timedOut = timeout;
            done.end(result);
        }

        private String known() {
            return isKnown() ? "STALE " + document : "NONE";
        }

        private boolean isKnown() {
            return document != NONE;
        }

        private long age() {
            return now - fetchedAt;
        }

        private boolean isFresh() {
            return document > STORED && settings.ttl > 0 && age() <= settings.ttl;
        }

        private boolean isPaused() {
            long pause = Math.min(SECOND << Math.min(failures - 1, 10), 30 * SECOND);
            return failures > 0 && now - endedAt < pause - Math.round(pause * settings.jitter / 5);
        }
    }
}
