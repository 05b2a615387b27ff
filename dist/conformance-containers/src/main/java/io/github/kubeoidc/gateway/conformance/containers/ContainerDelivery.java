// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * The gateway as a container image, run as the shipped manifest has it run: 64 MiB of memory and no swap, a read-only root,
 * no capability and no new privileges, as user and group 65534, and with 64 processes and threads at most.
 *
 * <p>It needs a container engine with Docker's API on this very machine, and Linux: the containers use the host's network, so
 * that they reach a stand-in on loopback and are reached there.
 */
public final class ContainerDelivery implements Delivery {

    private final String image;
    private final double cpus;

    private ContainerDelivery(String image, double cpus) {
        this.image = image;
        this.cpus = cpus;
    }

    /**
     * An image by its name. Nothing is looked for yet.
     *
     * @param image the image's name
     * @return the delivery, without a limit on processor time
     */
    public static ContainerDelivery of(String image) {
        return new ContainerDelivery(image, 0);
    }

    /**
     * Looks for the image, and pulls it where the engine does not have it. Blocks as long as that takes.
     *
     * @throws IllegalStateException if no container engine answers, or if it has no such image and cannot pull it
     */
    public void requireImage() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException("image " + image + " needs a container engine, and none answers");
        }
        DockerClient engine = DockerClientFactory.lazyClient();
        DockerImageName name = DockerImageName.parse(image);
        try {
            engine.inspectImageCmd(name.asCanonicalNameString()).exec();
        } catch (NotFoundException absent) {
            try {
                engine.pullImageCmd(name.getUnversionedPart())
                        .withTag(name.getVersionPart())
                        .start()
                        .awaitCompletion();
            } catch (RuntimeException e) {
                throw new IllegalStateException(
                        "the container engine has no image " + image + ": " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while pulling image " + image, e);
            }
        }
    }

    /**
     * The same image with a limit on processor time.
     *
     * @param limit how many processors' time it may use, such as 0.1
     * @return the delivery
     */
    public ContainerDelivery withCpus(double limit) {
        return new ContainerDelivery(image, limit);
    }

    /**
     * Starts a container and waits, at most a minute, until its log says that the gateway listens.
     *
     * @param environment the variables it gets. {@code LISTEN_ADDR} is {@code 127.0.0.1} and {@code LISTEN_PORT} is
     *     {@code 0} where absent. The directories of {@code SA_TOKEN_PATH}, {@code SA_CA_CERT_PATH}, {@code TLS_CERT_FILE}
     *     and {@code TLS_KEY_FILE}, where this machine has them, are seen at the same place, and so is {@code CACHE_DIR};
     *     user 65534 has to be allowed to read the former and to write to the latter.
     * @return the running gateway
     * @throws GatewayDidNotStart if the process ends before it listens, or does not listen within a minute
     */
    @Override
    public ContainerGateway start(Map<String, String> environment) {
        return ContainerGateway.start(image, cpus, environment);
    }
}
