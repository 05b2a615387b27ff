// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.image.BuiltImage;
import io.github.kubeoidc.gateway.conformance.junit.ConformanceTests;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;

/** What runs in front of a real API server: the same checks for each. */
final class Deliveries {

    private Deliveries() {}

    static Stream<DynamicContainer> testing(Function<Delivery, List<Check>> checks) {
        return Stream.of(
                container("launcher", checks.apply(Launcher::start)),
                // Built when it is first needed.
                container(
                        "image",
                        checks.apply(environment -> BuiltImage.delivery().start(environment))));
    }

    private static DynamicContainer container(String delivery, List<Check> checks) {
        return DynamicContainer.dynamicContainer(
                delivery, ConformanceTests.of(ConformanceSuite.of(checks, () -> {}), check -> true));
    }
}
