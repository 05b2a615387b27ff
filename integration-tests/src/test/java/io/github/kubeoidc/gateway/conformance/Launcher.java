// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The application folder's launcher, as it stands in the build tree. */
public final class Launcher {

    private Launcher() {}

    /** The executable: the value of the system property {@code gateway.launcher}, by default that of this build. */
    public static String path() {
        Path built = Path.of("").toAbsolutePath().resolveSibling(Path.of("dist/server/target/kube-oidc-gateway"));
        return System.getProperty(
                "gateway.launcher", built.resolve("bin/kube-oidc-gateway").toString());
    }

    /** Variables, and others that count instead of those of their names: a name, its value, and so on. */
    public static Map<String, String> with(Map<String, String> environment, String... others) {
        Map<String, String> all = new HashMap<>(environment);
        for (int i = 0; i < others.length; i += 2) {
            all.put(others[i], others[i + 1]);
        }
        return all;
    }

    /** Variables, and others that count instead of those of their names. */
    public static Map<String, String> with(Map<String, String> environment, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(others);
        return all;
    }

    /** Starts a gateway with it. */
    public static StartedGateway start(Map<String, String> environment) {
        return CommandGateway.start(List.of(path()), environment);
    }
}
