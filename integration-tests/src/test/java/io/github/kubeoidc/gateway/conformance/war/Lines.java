// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** The lines that a process writes, read on a thread of its own. */
final class Lines {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ReentrantLock reading = new ReentrantLock();

    Lines(String name, InputStream stream) {
        Thread thread = new Thread(() -> read(stream), name);
        thread.setDaemon(true);
        thread.start();
    }

    int count() {
        return lines.size();
    }

    /** Returns what came after the first so many lines. */
    List<String> since(int count) {
        return lines.stream().skip(count).toList();
    }

    /** Reads nothing while the task runs, but for a line that is being read already. */
    void withReadingBlocked(Runnable task) {
        reading.lock();
        try {
            task.run();
        } finally {
            reading.unlock();
        }
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                reading.lock();
                try {
                    lines.add(line);
                } finally {
                    reading.unlock();
                }
            }
        } catch (IOException e) {
            // The process is gone, or nobody wants to read on.
        }
    }
}
