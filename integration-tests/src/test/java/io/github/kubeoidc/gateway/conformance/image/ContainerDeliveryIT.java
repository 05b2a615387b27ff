// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.BuiltImage.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ContainerDelivery;
import io.github.kubeoidc.gateway.conformance.containers.ContainerGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the kit runs an image. */
@ExtendWith(ClusterExtension.class)
class ContainerDeliveryIT {

    @Test
    void theContainerHasTheLimitsOfTheManifest() throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                ContainerGateway gateway = BuiltImage.delivery().withCpus(0.5).start(upstream.environment())) {
            assertThat(docker(
                            "inspect",
                            "--format",
                            "{{.Config.User}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}"
                                    + " {{.HostConfig.PidsLimit}} {{.HostConfig.ReadonlyRootfs}}"
                                    + " {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Privileged}}",
                            gateway.containerId()))
                    .isEqualTo("65534:65534 67108864 67108864 500000000 64 true [ALL] [no-new-privileges] false");
            assertThat(gateway.threads()).isBetween(5L, 64L);
        }
    }

    @Test
    void itsEndIsSeenAndNothingIsLeft() throws Exception {
        String container;
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                ContainerGateway gateway = BuiltImage.delivery().start(upstream.environment())) {
            container = gateway.containerId();
            assertThat(all(container)).isNotEmpty();
            gateway.terminate();
            assertThat(gateway.awaitExit(Duration.ofSeconds(20))).isZero();
            assertThat(gateway.log().get(gateway.log().size() - 1)).contains("in flight");
            assertThat(gateway.errors()).isEmpty();
        }
        assertThat(all(container)).isEmpty();
    }

    @Test
    void aGatewayThatDoesNotStartTellsWhy() {
        GatewayDidNotStart refusal = catchThrowableOfType(
                GatewayDidNotStart.class,
                () -> BuiltImage.delivery().start(Map.of("LOG_FORMAT", "xml")).close());

        assertThat(refusal.exitStatus()).isEqualTo(OptionalInt.of(2));
        assertThat(refusal.errors()).contains("LOG_FORMAT", "xml");
        assertThat(refusal.output()).isEmpty();
    }

    @Test
    void whatTheEngineReadsCannotBeHeldUp() {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                ContainerGateway gateway = BuiltImage.delivery().start(upstream.environment())) {
            assertThat(catchThrowableOfType(NotObservable.class, gateway::closeLog))
                    .isNotNull();
            assertThat(catchThrowableOfType(NotObservable.class, () -> gateway.withLogBlocked(() -> {})))
                    .isNotNull();
        }
    }

    @Test
    void anImageThatIsNotThereIsSaidToBe() {
        assertThatCode(() -> BuiltImage.delivery().requireImage()).doesNotThrowAnyException();
        // Nobody listens on that port.
        assertThatIllegalStateException()
                .isThrownBy(() -> ContainerDelivery.of("localhost:1/none:0").requireImage())
                .withMessageContaining("localhost:1/none:0");
    }

    private static String all(String container) throws Exception {
        return docker("ps", "--all", "--quiet", "--filter", "id=" + container);
    }
}
