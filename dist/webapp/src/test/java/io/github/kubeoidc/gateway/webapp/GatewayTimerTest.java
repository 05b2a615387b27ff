// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 12: "an undeploy … leave[s] no thread, timer or class loader behind". */
@Timeout(60)
class GatewayTimerTest {
    private final GatewayTimer timer = new GatewayTimer("timer-test");
    private final CountDownLatch running = new CountDownLatch(1);

    @Test
    void itsThreadHasEndedWhenCloseReturns() throws Exception {
        Thread closing = Thread.currentThread();
        AtomicReference<Thread> thread = new AtomicReference<>();
        timer.executor().execute(() -> {
            thread.set(Thread.currentThread());
            running.countDown();
            // Ends only once close() waits for that.
            while (closing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        });
        while (running.getCount() > 0) {
            Thread.onSpinWait();
        }
        timer.close();
        assertThat(thread.get().isAlive()).isFalse();
    }

    @Test
    void aCancelledDeadlineIsHeldNoLonger() {
        ScheduledThreadPoolExecutor executor = (ScheduledThreadPoolExecutor) timer.executor();
        executor.schedule(() -> {}, 1, TimeUnit.HOURS).cancel(false);
        assertThat(executor.getQueue()).isEmpty();
        timer.close();
    }

    @Test
    void oneThatHadNothingToDoClosesAtOnceAndTakesNothingMore() {
        timer.close();
        timer.executor().execute(running::countDown);
        assertThat(running.getCount()).isOne();
    }

    @Test
    void aCallerThatIsInterruptedStaysSo() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        timer.executor().execute(() -> {
            running.countDown();
            while (released.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        running.await();
        Thread.currentThread().interrupt();
        timer.close();
        released.countDown();
        assertThat(Thread.interrupted()).isTrue();
    }
}
