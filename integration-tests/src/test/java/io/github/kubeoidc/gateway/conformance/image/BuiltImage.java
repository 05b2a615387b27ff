// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.containers.ContainerDelivery;
import java.util.stream.Stream;

/** The image, built once for all tests of this JVM. */
public final class BuiltImage {

    /** The value of the system property {@code gateway.image}, as of who builds several at a time on one machine. */
    static final String NAME = System.getProperty("gateway.image", "kube-oidc-gateway:under-test");

    private BuiltImage() {}

    /** Builds it for the first who asks, which takes the better part of a minute. */
    public static ContainerDelivery delivery() {
        return Build.DELIVERY;
    }

    private static final class Build {

        static final ContainerDelivery DELIVERY = build();

        private static ContainerDelivery build() {
            // IMAGE_BASE chooses the base image where the Dockerfile's own cannot be pulled.
            System.out.println(Programs.run(Repository.ROOT, "dist/image/build", NAME));
            return ContainerDelivery.of(NAME);
        }
    }

    /** What a command of the Docker client prints. */
    static String docker(String... arguments) {
        return Programs.run(
                Repository.ROOT,
                Stream.concat(Stream.of("docker"), Stream.of(arguments)).toArray(String[]::new));
    }
}
