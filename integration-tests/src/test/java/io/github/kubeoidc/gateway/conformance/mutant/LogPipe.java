// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A standard output whose reader may pause or go, like a pipe of Linux. */
final class LogPipe extends OutputStream {

    private static final int CAPACITY = 64 * 1024;

    private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
    private final List<String> lines = new ArrayList<>();
    private boolean blocked;
    private boolean closed;

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        boolean interrupted = false;
        while (!closed && blocked && unread.size() + length > CAPACITY) {
            try {
                wait();
            } catch (InterruptedException e) {
                // As a thread in the system call, which no interrupt reaches.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (closed) {
            throw new IOException("Broken pipe");
        }
        unread.write(bytes, offset, length);
        read();
    }

    /** The lines that have been read. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    synchronized void block(boolean block) {
        blocked = block;
        read();
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void read() {
        if (blocked) {
            return;
        }
        String text = unread.toString(StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        if (end > 0) {
            lines.addAll(List.of(text.substring(0, end - 1).split("\n", -1)));
            unread.reset();
            unread.writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
        }
    }
}
