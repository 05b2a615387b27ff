// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.github.kubeoidc.gateway.api.LogFormat;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes log lines to standard output on a thread of its own, which starts with {@link #begin}: until then lines are queued.
 * Logging never blocks and never fails: lines that cannot be queued or written are dropped, and their number is logged as
 * soon as a line can be written.
 */
public final class StdoutAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** The name by which the root logger knows this appender. */
    public static final String NAME = "stdout";

    // Of these twice at most: while a blocked output holds what was taken, as much is queued.
    private static final int MAX_QUEUED_BYTES = 1 << 20;
    private static final int CHUNK_CHARACTERS = 32 * 1024;
    private static final int USUAL_CHARACTERS = 100;
    // Long enough that a thousand requests a second do not wake the writer a thousand times.
    private static final long BATCHING_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    static final long STOP_MILLIS = 1000;

    private final OutputStream out;
    private final int maxQueuedBytes;
    private final long stopMillis;
    private volatile LineLayout layout = new TextLayout("");
    private volatile boolean stackTraces;

    // Of the writer's own: a write has failed, which may have left the beginning of a line.
    private boolean torn;

    // Under this lock.
    private final Object lock = new Object();
    private Queue<LogLine> queue = new ArrayDeque<>();
    private int queuedBytes;
    private long dropped;
    private long droppedSinceStart;
    private boolean writerWaits;
    private boolean stopping;
    private @Nullable Thread writer;

    StdoutAppender() {
        this(new FileOutputStream(FileDescriptor.out), MAX_QUEUED_BYTES, STOP_MILLIS);
    }

    /** Holds so many bytes while the output is blocked, and waits for so long at most for all to be written at a stop. */
    StdoutAppender(OutputStream out, int maxQueuedBytes, long stopMillis) {
        this.out = out;
        this.maxQueuedBytes = maxQueuedBytes;
        this.stopMillis = stopMillis;
    }

    /**
     * Sets how lines are written from now on, and begins to write if that has not begun yet. Does nothing after a stop.
     *
     * @param format text or JSON
     * @param contextPath which application of a servlet container writes them; or empty
     * @param withStackTraces whether exceptions are written with their stack traces
     */
    public void begin(LogFormat format, String contextPath, boolean withStackTraces) {
        layout = format == LogFormat.JSON ? new JsonLayout(contextPath) : new TextLayout(contextPath);
        stackTraces = withStackTraces;
        synchronized (lock) {
            if (writer == null && !stopping) {
                writer = new Thread(this::writeAll, "log");
                writer.setDaemon(true);
                writer.start();
            }
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        LogLine line = LogLine.of(event, stackTraces);
        int bytes = line.bytes();
        synchronized (lock) {
            if (stopping || queuedBytes + bytes > maxQueuedBytes) {
                dropped++;
                droppedSinceStart++;
                return;
            }
            queue.add(line);
            queuedBytes += bytes;
            if (writerWaits) {
                lock.notifyAll();
            }
        }
    }

    @Override
    public void stop() {
        super.stop();
        Thread last;
        synchronized (lock) {
            stopping = true;
            last = writer;
        }
        if (last == null) {
            return;
        }
        last.interrupt();
        try {
            last.join(stopMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        boolean goesOn = true;
        while (goesOn) {
            Batch batch = Batch.NONE;
            try {
                batch = take();
                write(batch);
                goesOn = !batch.isLast;
            } catch (Throwable e) {
                // Errors too: the log has to go on as soon as there is memory again.
                drop(batch.lines.size(), batch.missing);
                goesOn = !batch.isLast;
            }
            if (goesOn) {
                LockSupport.parkNanos(this, BATCHING_NANOS);
            }
        }
    }

    /** Waits for lines or for a stop, and takes all there are. */
    private Batch take() {
        synchronized (lock) {
            while (queue.isEmpty() && !stopping) {
                writerWaits = true;
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // By stop(): the rest of the queue is still to be written.
                }
                writerWaits = false;
            }
            // After a stop nothing is queued any more.
            Batch batch = new Batch(queue, dropped, stopping);
            queue = new ArrayDeque<>();
            queuedBytes = 0;
            dropped = 0;
            return batch;
        }
    }

    /** Writes a batch, and takes from it what was written. */
    private void write(Batch batch) throws IOException {
        LineLayout format = layout;
        // Room for usual lines from the beginning: to grow by and by would copy each of them some times.
        StringBuilder chunk = new StringBuilder(Math.min(CHUNK_CHARACTERS, USUAL_CHARACTERS * batch.lines.size()));
        while (!batch.lines.isEmpty()) {
            int number = 0;
            for (LogLine line : batch.lines) {
                format.append(line, chunk);
                number++;
                if (chunk.length() >= CHUNK_CHARACTERS) {
                    break;
                }
            }
            flush(chunk);
            for (int i = 0; i < number; i++) {
                batch.lines.remove();
            }
        }
        if (batch.missing > 0) {
            format.append(droppedLines(batch.missing), chunk);
            flush(chunk);
        }
    }

    private void flush(StringBuilder chunk) throws IOException {
        String text = (torn ? "\n" : "") + chunk;
        torn = true;
        out.write(text.getBytes(StandardCharsets.UTF_8));
        torn = false;
        chunk.setLength(0);
    }

    /** Counts lines that were taken and not written, and has those told next time that were dropped before. */
    private void drop(int lines, long droppedBefore) {
        synchronized (lock) {
            dropped += lines + droppedBefore;
            droppedSinceStart += lines;
        }
    }

    /**
     * Counts the lines that could not be queued or written since the start.
     *
     * @return their number, never less than before
     */
    public long dropped() {
        synchronized (lock) {
            return droppedSinceStart;
        }
    }

    private static LogLine droppedLines(long number) {
        String message = number + " log lines dropped: standard output was blocked or full";
        return new LogLine(
                System.currentTimeMillis(), Level.WARN, StdoutAppender.class.getName(), message, null, null, null);
    }

    private record Batch(Queue<LogLine> lines, long missing, boolean isLast) {
        static final Batch NONE = new Batch(new ArrayDeque<>(), 0, false);
    }
}
