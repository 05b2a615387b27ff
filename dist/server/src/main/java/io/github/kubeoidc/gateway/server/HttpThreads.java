// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's threads, and one more for whatever clients send without waiting for the answer to the request before. On threads of
 * the pool fifty such clients would keep all of these busy, and a selector that wakes up for another client would wait for
 * its turn on the processor behind them.
 */
final class HttpThreads extends QueuedThreadPool {
    private static final int MIN_THREADS = 4;
    private static final int MAX_THREADS = 16;
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final ThreadPoolExecutor pipelined = new ThreadPoolExecutor(
            1, 1, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), HttpThreads::newPipelinedThread);

    HttpThreads() {
        super(MAX_THREADS, MIN_THREADS);
        setName("http");
        pipelined.allowCoreThreadTimeOut(true);
    }

    /** The thread for all but the first of the requests that are read at a time. */
    Executor pipelined() {
        return pipelined;
    }

    /** Jetty has a connection executed in order to go on with it, after an answer that another thread than its own gave. */
    @Override
    public void execute(Runnable job) {
        if (job instanceof Connection) {
            pipelined.execute(job);
        } else {
            super.execute(job);
        }
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        pipelined.shutdown();
    }

    private static Thread newPipelinedThread(Runnable task) {
        Thread thread = new Thread(task, "pipelined");
        thread.setDaemon(true);
        return thread;
    }
}
