// SPDX-License-Identifier: Apache-2.0
/** Helpers of the tests of several modules. It knows nothing of the product, which needs it in the scope {@code test} alone. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.testsupport {
    requires static transitive ch.qos.logback.classic;
    requires static transitive ch.qos.logback.core;
    requires jdk.httpserver;
    requires org.assertj.core;
    requires static transitive org.jspecify;
    requires static org.slf4j;

    exports io.github.kubeoidc.gateway.testsupport;
}
