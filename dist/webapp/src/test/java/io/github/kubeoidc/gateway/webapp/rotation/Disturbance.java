// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.time.Duration;

/** An outage of the API servers, restarts of gateways, both or neither, within the next hour or so. */
final class Disturbance {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(40);
    private static final Duration LONGEST_RESTART = Duration.ofSeconds(30);

    private final World world;
    private int going;

    private Disturbance(World world) {
        this.world = world;
    }

    /**
     * Has something happen.
     *
     * @param loses whether a gateway may start without what it has stored while API servers are away
     */
    static Disturbance begin(World world, boolean loses) {
        Disturbance disturbance = new Disturbance(world);
        boolean outage = world.random.nextBoolean();
        if (outage) {
            disturbance.outage();
        }
        for (int restarts = world.random.nextInt(4); restarts > 0; restarts--) {
            Pod pod = world.pods.get(world.random.nextInt(world.pods.size()));
            disturbance.restart(pod, LONGEST_RESTART, world.random.nextBoolean() && (loses || !outage));
        }
        return disturbance;
    }

    private void outage() {
        later(world.randomUpTo(HOUR), () -> {
            world.servers.state = world.random.nextBoolean() ? ApiServers.State.REFUSES : ApiServers.State.HANGS;
            later(world.randomUpTo(LONGEST_OUTAGE), () -> world.servers.state = ApiServers.State.UP);
        });
    }

    /** Has a gateway away for an hour or two, and come back with what it stored before. */
    void absence(Pod pod) {
        restart(pod, HOUR, false);
    }

    /** Has the API servers away while something is done. */
    void outageOf(Duration longest, Runnable task) {
        world.servers.state = ApiServers.State.REFUSES;
        world.pass(world.randomUpTo(longest));
        task.run();
        world.pass(world.randomUpTo(longest));
        world.servers.state = ApiServers.State.UP;
    }

    private void restart(Pod pod, Duration longest, boolean forgets) {
        later(world.randomUpTo(HOUR), () -> {
            if (world.pods.stream().anyMatch(other -> other.life == null)) {
                return;
            }
            pod.stop();
            later(world.randomUpTo(longest), () -> {
                if (forgets) {
                    pod.forget();
                }
                pod.start();
            });
        });
    }

    private void later(Duration delay, Runnable task) {
        going++;
        world.time.after(delay, () -> {
            task.run();
            going--;
        });
    }

    /** Lets time pass until all is as it was, and a little longer. */
    void waitForItsEnd() {
        do {
            world.pass(Duration.ofMinutes(5));
        } while (going > 0);
    }
}
