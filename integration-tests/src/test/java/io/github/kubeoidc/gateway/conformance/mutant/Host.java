// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process gives its program. It stands in for {@link System} and {@link Runtime} where gateways run in the process of
 * the tests, as starting a few thousand real ones would take an hour.
 */
public interface Host {

    /** The host of the program that a class belongs to. */
    static Host of(Class<?> type) {
        return (Host) type.getClassLoader();
    }

    /** The environment variable, or {@code null}. */
    @Nullable
    String getenv(String name);

    /** All environment variables, by name. */
    Map<String, String> environment();

    OutputStream standardOutput();

    PrintStream standardError();

    /** Ends the process, though not its threads at once. */
    void exit(int status);

    /** What happens at SIGTERM. */
    void addShutdownHook(Thread hook);

    /** What has to happen so that nothing of the program is left. */
    void onKill(Runnable end);
}
