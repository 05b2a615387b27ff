// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.web.RequestLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes log lines to standard output on a thread of its own. Logging never blocks and never fails: what cannot be queued or
 * written is dropped, and its number is logged as soon as something can be.
 */
public final class StandardOutput extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** The name by which the root logger knows this appender. */
    public static final String NAME = "standard-output";

    // With a blocked output, some 2 MiB of events.
    private static final int QUEUE_LINES = 8192;
    private static final int BATCH_LINES = 512;
    // Long enough that a thousand requests a second do not wake the writer a thousand times.
    private static final long BATCHING_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long STOP_MILLIS = 1000;

    private final BlockingQueue<ILoggingEvent> queue;
    private final LongAdder dropped = new LongAdder();
    private final OutputStream out;
    private final Thread writer = new Thread(this::writeAll, "log");
    private volatile LineLayout layout = new TextLayout(false);
    private volatile boolean stopping;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out), QUEUE_LINES);
    }

    StandardOutput(OutputStream out, int queueLines) {
        this.out = out;
        this.queue = new ArrayBlockingQueue<>(queueLines);
    }

    /**
     * Sets how lines are written from now on.
     *
     * @param format text or JSON
     * @param stackTraces whether exceptions are written with their stack traces
     */
    public void setFormat(LogFormat format, boolean stackTraces) {
        layout = format == LogFormat.JSON ? new JsonLayout(stackTraces) : new TextLayout(stackTraces);
    }

    /** Returns the request line that an event is about, if it is about one. */
    static @Nullable RequestLine requestLine(ILoggingEvent event) {
        Object[] arguments = event.getArgumentArray();
        return arguments != null && arguments.length == 1 && arguments[0] instanceof RequestLine line ? line : null;
    }

    @Override
    public void start() {
        writer.setDaemon(true);
        writer.start();
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (requestLine(event) == null) {
            // Its arguments may change before it is written.
            event.prepareForDeferredProcessing();
        }
        if (!queue.offer(event)) {
            dropped.increment();
        }
    }

    @Override
    public void stop() {
        super.stop();
        stopping = true;
        writer.interrupt();
        try {
            writer.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        List<ILoggingEvent> batch = new ArrayList<>(BATCH_LINES);
        StringBuilder lines = new StringBuilder();
        boolean last = false;
        while (!last) {
            try {
                if (queue.isEmpty() && !stopping) {
                    batch.add(queue.take());
                }
            } catch (InterruptedException e) {
                // By stop(): what is queued is still to be written.
            }
            queue.drainTo(batch, BATCH_LINES - batch.size());
            last = stopping && queue.isEmpty();
            write(batch, dropped.sumThenReset(), lines);
            batch.clear();
            if (queue.isEmpty() && !stopping) {
                LockSupport.parkNanos(this, BATCHING_NANOS);
            }
        }
    }

    private void write(List<ILoggingEvent> batch, long missing, StringBuilder lines) {
        lines.setLength(0);
        LineLayout format = layout;
        for (ILoggingEvent event : batch) {
            format.append(event, lines);
        }
        if (missing > 0) {
            format.append(droppedLines(missing), lines);
        }
        try {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            dropped.add(batch.size() + missing);
        }
    }

    private LoggingEvent droppedLines(long number) {
        Logger logger = ((LoggerContext) getContext()).getLogger(StandardOutput.class);
        String message = number + " log lines dropped: standard output was blocked or full";
        return new LoggingEvent(StandardOutput.class.getName(), logger, Level.WARN, message, null, null);
    }
}
