// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;

/** The WAR, what is told about it, and where the servlet containers are that it is deployed in. */
final class War {
    private static final Path ROOM = Repository.ROOT.resolve("dist/war");

    /** Where the servlet containers were unpacked. */
    static final Path CONTAINERS = Repository.ROOT.resolve("integration-tests/target/containers");

    /** As it was packaged. */
    static final Path FILE = ROOM.resolve("target/kube-oidc-gateway.war");

    private War() {}

    /** What operators are shown: a file beside the README, which quotes it. */
    static String example(String name) {
        return Repository.text(ROOM.resolve("examples").resolve(name));
    }

    static String readme() {
        return Repository.text(ROOM.resolve("README.md"));
    }
}
