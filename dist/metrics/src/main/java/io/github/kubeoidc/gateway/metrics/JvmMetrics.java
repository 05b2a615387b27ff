// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The JVM and its process, by the names that Prometheus' clients give them. The library's own need the module
 * {@code java.management}. Jetty uses that module wherever it is there, which costs the image 2 MiB even without metrics.
 * Values that the system does not tell are absent.
 */
final class JvmMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern VIRTUAL = Pattern.compile("(?m)^VmSize:\\s+(\\d+) kB$");
    private static final Pattern MAX_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+) ");
    private static final double BYTES_PER_KB = 1024;
    private static final double MILLIS_PER_SECOND = 1000;

    private final PrometheusRegistry registry;

    private JvmMetrics(PrometheusRegistry registry) {
        this.registry = registry;
    }

    static void register(PrometheusRegistry registry) {
        JvmMetrics metrics = new JvmMetrics(registry);
        metrics.jvm(Runtime.getRuntime());
        metrics.process(ProcessHandle.current().info());
    }

    private void jvm(Runtime jvm) {
        Info.builder()
                .name("jvm_runtime_info")
                .help("The Java that runs this.")
                .labelNames("version", "vendor", "runtime")
                .register(registry)
                .addLabelValues(
                        property("java.runtime.version"), property("java.vm.vendor"), property("java.runtime.name"));
        heap("jvm_memory_used_bytes", "Heap in use, garbage included.", () -> jvm.totalMemory() - jvm.freeMemory());
        heap("jvm_memory_committed_bytes", "Heap that the JVM has from the system.", jvm::totalMemory);
        heap("jvm_memory_max_bytes", "Heap that the JVM may have at most.", jvm::maxMemory);
        gauge("jvm_threads_current", "Threads of Java.", () -> OptionalDouble.of(threads()));
    }

    private static String property(String name) {
        return System.getProperty(name, "");
    }

    private void heap(String name, String help, Supplier<Long> bytes) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .unit(Unit.BYTES)
                .labelNames("area")
                .callback(callback -> callback.call(bytes.get(), "heap"))
                .register(registry);
    }

    private static int threads() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group.activeCount();
    }

    private void process(ProcessHandle.Info process) {
        CounterWithCallback.builder()
                .name("process_cpu_seconds_total")
                .help("Processor time of the process.")
                .unit(Unit.SECONDS)
                .callback(callback -> ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .ifPresent(time -> callback.call(Unit.nanosToSeconds(time.toNanos()))))
                .register(registry);
        gauge(
                "process_start_time_seconds",
                "When the process began, in seconds since 1970.",
                () -> process.startInstant()
                        .map(start -> OptionalDouble.of(start.toEpochMilli() / MILLIS_PER_SECOND))
                        .orElse(OptionalDouble.empty()));
        gauge("process_resident_memory_bytes", "Memory in use.", () -> number(STATUS, RESIDENT, BYTES_PER_KB));
        gauge("process_virtual_memory_bytes", "Memory that is mapped.", () -> number(STATUS, VIRTUAL, BYTES_PER_KB));
        gauge("process_open_fds", "Open files and sockets.", JvmMetrics::openFiles);
        gauge("process_max_fds", "Files and sockets that may be open.", () -> number(LIMITS, MAX_FILES, 1));
    }

    private void gauge(String name, String help, Supplier<OptionalDouble> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> value.get().ifPresent(callback::call))
                .register(registry);
    }

    private static OptionalDouble number(Path file, Pattern pattern, double factor) {
        try {
            Matcher found = pattern.matcher(Files.readString(file));
            return found.find() ? OptionalDouble.of(factor * Long.parseLong(found.group(1))) : OptionalDouble.empty();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    private static OptionalDouble openFiles() {
        try (Stream<Path> files = Files.list(FILES)) {
            return OptionalDouble.of(files.count());
        } catch (IOException | UncheckedIOException e) {
            return OptionalDouble.empty();
        }
    }
}
