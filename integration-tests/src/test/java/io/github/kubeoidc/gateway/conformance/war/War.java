// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The WAR, what is told about it, and where the servlet containers are that it is deployed in. */
final class War {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path ROOM = MODULE.resolveSibling("dist/war");

    /** Where the servlet containers were unpacked. */
    static final Path CONTAINERS = MODULE.resolve("target/containers");

    /** As it was packaged. */
    static final Path FILE = ROOM.resolve("target/kube-oidc-gateway.war");

    private War() {}

    /** What operators are shown: a file beside the README, which quotes it. */
    static String example(String name) {
        return read(ROOM.resolve("examples").resolve(name));
    }

    static String readme() {
        return read(ROOM.resolve("README.md"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
