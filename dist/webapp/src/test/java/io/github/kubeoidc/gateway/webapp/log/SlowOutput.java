// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Standard output that a test can block, like a full pipe, and break, like a full disk. */
final class SlowOutput extends OutputStream {
    private final Semaphore open = new Semaphore(0);
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Semaphore attempts = new Semaphore(0);
    private volatile boolean broken;
    private volatile Error error;

    // Of the thread that writes.
    private boolean afterFailure;

    SlowOutput(boolean blocked) {
        if (!blocked) {
            unblock();
        }
    }

    void unblock() {
        open.release(1_000_000);
    }

    void setBroken(boolean broken) {
        this.broken = broken;
    }

    void setError(Error error) {
        this.error = error;
    }

    /** Waits until somebody has tried to write once more. */
    boolean awaitAttempt() throws InterruptedException {
        return attempts.tryAcquire(10, TimeUnit.SECONDS);
    }

    /** Returns the next line, a text one without its timestamp; waits for it. */
    String next() throws InterruptedException {
        String line = lines.poll(10, TimeUnit.SECONDS);
        if (line == null) {
            return "nothing within 10 s";
        }
        return line.startsWith("{") ? line : line.substring(line.indexOf(' ') + 1);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    @Override
    public void write(int b) {
        throw new AssertionError("byte by byte");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        boolean fails = broken;
        Error thrown = error;
        attempts.release();
        // Like a write to a pipe, it does not end with an interrupt.
        open.acquireUninterruptibly();
        if (thrown != null) {
            afterFailure = true;
            throw thrown;
        }
        if (fails) {
            afterFailure = true;
            throw new IOException("No space left on device");
        }
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        // After a write that failed comes the end of the line that it may have begun; nowhere else is a line empty.
        text.lines().skip(afterFailure && text.startsWith("\n") ? 1 : 0).forEach(lines::add);
        afterFailure = false;
    }
}
