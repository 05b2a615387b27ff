// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Helpers of tests are in no folder that is shipped. Other tests compare the image with the first, and list what the WAR has. */
class ShippedHelpersIT {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server/target/kube-oidc-gateway",
                "stand-in/target/stand-in",
                "conformance/target/conformance",
                "conformance-containers/target/conformance"
            })
    void areNotThere(String folder) throws IOException {
        try (Stream<Path> jars = Files.walk(Repository.ROOT.resolve("dist/" + folder + "/lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .anyMatch(jar -> jar.startsWith("gateway-"))
                    .noneMatch(jar -> jar.startsWith("gateway-test-support") || jar.startsWith("assertj-"));
        }
    }
}
