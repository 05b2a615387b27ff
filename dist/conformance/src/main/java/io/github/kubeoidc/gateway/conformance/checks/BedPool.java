// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/**
 * Test beds for checks that break upstream for a moment. A check has one alone, and leaves it to the next check as it was. So a
 * hundred checks start as many gateways as run at the same time, and each but the first sees a gateway that recovered.
 */
final class BedPool implements AutoCloseable {

    /** Above upstream's time-out in a {@link TestBed}. */
    private static final Duration RECOVERY_BOUND = Duration.ofSeconds(45);

    private final Supplier<TestBed> source;
    private final ConcurrentLinkedDeque<TestBed> idle = new ConcurrentLinkedDeque<>();

    /** False once a gateway has not recovered, and from then on each check starts its own: to wait for it after each check would take an hour. */
    private volatile boolean recovers = true;

    BedPool(Delivery delivery, Map<String, String> environment) {
        this.source = () -> TestBed.start(delivery, environment, upstream -> {});
    }

    /** Gives a check a test bed. One that a check has left in another state than it found is closed. */
    void with(CheckList.Body<TestBed> check) throws Exception {
        TestBed free = idle.poll();
        TestBed bed = free == null ? source.get() : free;
        boolean isAsBefore = false;
        try {
            List<ServedDocument> documents = List.of(bed.discovery(), bed.jwks());
            List<byte[]> before = documents.stream().map(ServedDocument::bytes).toList();
            check.run(bed);
            for (int i = 0; i < documents.size(); i++) {
                documents.get(i).serve(before.get(i));
            }
            isAsBefore = recovers && hasRecovered(bed);
            if (!isAsBefore) {
                recovers = false;
            }
        } finally {
            if (isAsBefore) {
                idle.push(bed);
            } else {
                bed.close();
            }
        }
    }

    /** Whether a gateway soon serves what upstream has now. That it should, other checks say. */
    private static boolean hasRecovered(TestBed bed) {
        try {
            bed.awaitStatus(RECOVERY_BOUND, "/readyz", 200);
            bed.awaitJwks(RECOVERY_BOUND, bed.jwks().json());
            bed.forgetLog();
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @Override
    public void close() {
        for (TestBed bed = idle.poll(); bed != null; bed = idle.poll()) {
            bed.close();
        }
    }
}
