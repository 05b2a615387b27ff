// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.example;

import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.junit.ConformanceTests;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MyGatewayConformanceTest {

    private static final List<String> COMMAND = List.of("../server/target/kube-oidc-gateway/bin/kube-oidc-gateway");

    @TestFactory
    Stream<DynamicTest> keepsItsPromises() {
        ConformanceSuite suite = ConformanceSuite.of(environment -> CommandGateway.start(COMMAND, environment));
        return ConformanceTests.of(suite, check -> check.isIn("1.5") || check.isIn("3.1"));
    }
}
