// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.soak.Observations.FaultPhase;
import io.github.kubeoidc.gateway.conformance.soak.Observations.Phase;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * An API server that fails at random: storms, in which it behaves in another way every few hundred milliseconds, outages,
 * and calm between them, in which what is new has to be served soon. Its signing keys, CA and tokens rotate all the time.
 */
final class FailingUpstream {

    private static final Duration REBIND_BOUND = Duration.ofSeconds(30);
    private static final Duration EXPIRED = Duration.ofDays(-1);
    private static final Duration VALID = Duration.ofDays(1);
    private static final String GOOD_NAME = "localhost";

    private final ApiServerStandIn standIn;
    private final List<Publications> documents;
    private final Duration rotationBound;
    private final Random random;
    private final Observations seen;
    private boolean refuses;
    private boolean hangs;

    /**
     * Takes a stand-in over.
     *
     * @param rotationBound how soon after its publication a document has to be served in a calm
     */
    FailingUpstream(
            ApiServerStandIn standIn,
            List<Publications> documents,
            Duration rotationBound,
            Random random,
            Observations seen) {
        this.standIn = standIn;
        this.documents = documents;
        this.rotationBound = rotationBound;
        this.random = random;
        this.seen = seen;
    }

    /** Fails for so long, and is well at the end. Blocks. */
    void run(Duration length) {
        double end = seen.seconds() + length.toMillis() / 1e3;
        // The last calm is to be a whole one.
        double last = end - 2 * rotationBound.toSeconds();
        while (seen.seconds() < last) {
            during(FaultPhase.STORM, () -> storm(Math.min(last, seen.seconds() + between(5, 12))));
            during(FaultPhase.CALM, this::calm);
            if (seen.seconds() < last) {
                during(FaultPhase.OUTAGE, () -> outage(Math.min(last, seen.seconds() + between(4, 16))));
                during(FaultPhase.CALM, this::calm);
            }
        }
        during(FaultPhase.CALM, () -> {
            while (seen.seconds() < end) {
                calm();
            }
        });
    }

    private void during(FaultPhase kind, Runnable what) {
        double from = seen.seconds();
        what.run();
        seen.phase(new Phase(kind, from, seen.seconds()));
    }

    private void storm(double end) {
        while (seen.seconds() < end) {
            if (random.nextInt(3) > 0) {
                reachable();
            }
            gust();
            pause(50, 500);
        }
        heal();
    }

    private void outage(double end) {
        switch (random.nextInt(4)) {
            case 0 -> refuse();
            case 1 -> hang();
            case 2 -> fail(fault("500", Reply.status(500, "")));
            default -> fail(fault("no answer", Reply.hang()));
        }
        while (seen.seconds() < end) {
            pause(200, 400);
        }
        heal();
    }

    private void fail(Reply reply) {
        documents.forEach(document -> document.document().fail(reply));
    }

    /** What is published while all is well is served within the bound, right after a fault and later. */
    private void calm() {
        publishAndAwait();
        rotateToken(true);
        rotateAuthority(true);
        publishAndAwait();
    }

    private void publishAndAwait() {
        long start = System.nanoTime();
        for (Publications document : documents) {
            int version = publish(document);
            try {
                Await.until(
                        rotationBound.minusNanos(System.nanoTime() - start),
                        "version " + version + " of " + document.path(),
                        () -> document.newestServed() >= version);
            } catch (AssertionError e) {
                seen.wrong("upstream is well, and what it publishes is not served: " + e.getMessage());
            }
            seen.rotatedAfter(Duration.ofNanos(System.nanoTime() - start));
        }
        pause(500, 1500);
    }

    private int publish(Publications document) {
        seen.count("rotation of " + document.path());
        return document.publish();
    }

    /** Something happens. */
    private void gust() {
        Publications document = documents.get(random.nextInt(documents.size()));
        switch (random.nextInt(14)) {
            case 0 -> refuse();
            case 1 -> hang();
            case 2 -> fault("expired certificate", () -> standIn.presentCertificate(EXPIRED, GOOD_NAME));
            case 3 -> fault("certificate for another name", () -> standIn.presentCertificate(VALID, "other.example"));
            case 4 -> rotateToken(random.nextBoolean());
            case 5 -> rotateAuthority(random.nextBoolean());
            case 6 -> fault("broken token file", () -> standIn.files().rotateToken(broken()));
            case 7 -> fault("broken CA file", () -> standIn.files().rotateCaCert(broken()));
            case 8 -> publish(document);
            case 9 -> heal();
            default -> document.document().fail(reply(document));
        }
    }

    /**
     * Replaces the token that is accepted and the file.
     *
     * @param atOnce whether the file is right at once, or only some time after
     */
    private void rotateToken(boolean atOnce) {
        seen.count("rotation of the token");
        standIn.replaceToken();
        pauseUnless(atOnce);
        standIn.files().rotateToken(standIn.token());
    }

    private void rotateAuthority(boolean atOnce) {
        seen.count("rotation of the CA");
        standIn.replaceAuthority();
        pauseUnless(atOnce);
        standIn.files().rotateCaCert(standIn.caCert());
    }

    private void pauseUnless(boolean atOnce) {
        if (!atOnce) {
            pause(20, 400);
        }
    }

    private void refuse() {
        if (!refuses) {
            fault("connections refused", standIn::refuseConnections);
            refuses = true;
        }
    }

    private void hang() {
        fault("handshakes hang", () -> standIn.hangHandshakes(true));
        hangs = true;
    }

    /** A client that connects gets an answer again, a document or a fault. */
    private void reachable() {
        if (refuses) {
            // While it was closed, somebody's outgoing connection may have been given the port.
            Await.until(REBIND_BOUND, "the stand-in's port", this::rebound);
            refuses = false;
        }
        if (hangs) {
            standIn.hangHandshakes(false);
            hangs = false;
        }
    }

    private boolean rebound() {
        try {
            standIn.acceptConnections();
            return true;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof BindException) {
                return false;
            }
            throw e;
        }
    }

    private void heal() {
        reachable();
        standIn.presentCertificate(VALID, GOOD_NAME);
        standIn.files().rotate(standIn.token(), standIn.caCert());
        documents.forEach(document -> document.document().heal());
    }

    private String broken() {
        return switch (random.nextInt(3)) {
            case 0 -> "";
            case 1 -> "not\nwhat it\0should be";
            default -> "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        };
    }

    /** An answer that must not become a document, or takes its time, or is good in an unusual form. */
    private Reply reply(Publications document) {
        byte[] good = document.document().bytes();
        return switch (random.nextInt(16)) {
            case 0 -> fault("500", Reply.status(500, "{\"kind\":\"Status\",\"code\":500}"));
            case 1 -> fault("403", Reply.status(403, "{\"kind\":\"Status\",\"code\":403}"));
            case 2 -> fault("503 without a body", Reply.status(503, ""));
            case 3 -> fault("204", Reply.status(204, ""));
            case 4 -> fault("redirect", Reply.redirect(302, "https://127.0.0.1:1/openid/v1/jwks"));
            case 5 -> fault("no answer", Reply.hang());
            case 6 -> fault("half a body, and then nothing", Reply.hangInBody(good));
            case 7 -> fault("ten bytes a second", Reply.dribble(good));
            case 8 -> fault("half a body, and then the end", Reply.cutShort(good));
            case 9 -> fault("length too small", Reply.lengthTooSmall(good));
            case 10 -> fault("no HTTP", Reply.garbage());
            case 11 -> fault("endless body", Reply.endless());
            case 12 -> Reply.chunked(good);
            case 13 -> fault("empty key set", json("{\"keys\":[]}"));
            case 14 -> fault("private key", json("{\"keys\":[{\"kty\":\"RSA\",\"d\":\"c2VjcmV0\"}]}"));
            default ->
                fault("broken JSON", json(random.nextBoolean() ? "{\"issuer\":\"\"" : "{\"keys\":1,\"keys\":2}"));
        };
    }

    private void fault(String name, Runnable happens) {
        seen.count("fault: " + name);
        happens.run();
    }

    private Reply fault(String name, Reply reply) {
        seen.count("fault: " + name);
        return reply;
    }

    private static Reply json(String json) {
        return Reply.of(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private double between(int least, int most) {
        return least + random.nextDouble() * (most - least);
    }

    private void pause(int leastMillis, int mostMillis) {
        Await.pace(Duration.ofMillis((long) between(leastMillis, mostMillis)));
    }
}
