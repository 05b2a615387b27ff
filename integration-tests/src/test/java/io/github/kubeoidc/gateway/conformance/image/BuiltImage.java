// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import io.github.kubeoidc.gateway.conformance.containers.ContainerDelivery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

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
            try {
                // IMAGE_BASE chooses the base image where the Dockerfile's own cannot be pulled.
                System.out.println(DockerCommand.run(Path.of(".."), "dist/image/build", NAME));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while building the image", e);
            }
            return ContainerDelivery.of(NAME);
        }
    }
}
