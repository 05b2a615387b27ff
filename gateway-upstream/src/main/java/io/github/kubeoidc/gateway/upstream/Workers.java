// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads for what may block, one for each task at a time: none waits for another, so that one that hangs keeps no
 * other from being done. After the end tasks are dropped.
 */
final class Workers extends ThreadPoolExecutor {
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final Named threads;

    Workers(String name) {
        this(new Named(name));
    }

    private Workers(Named threads) {
        super(
                0,
                Integer.MAX_VALUE,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                threads,
                new DiscardPolicy());
        this.threads = threads;
    }

    /** Interrupts tasks in progress, and waits until the threads have ended, at most for so long. */
    void end(Duration bound) {
        shutdownNow();
        long end = System.nanoTime() + bound.toNanos();
        try {
            // The executor reports its end a moment before its threads are gone, and Tomcat looks in that moment.
            for (Thread thread : threads.alive.toArray(new Thread[0])) {
                TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Named implements ThreadFactory {
        private final String name;
        private final AtomicInteger count = new AtomicInteger();

        // Weak, as a thread that the system refuses to start would stay for good.
        private final Set<Thread> alive = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

        Named(String name) {
            this.name = name;
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            alive.add(thread);
            return thread;
        }
    }
}
