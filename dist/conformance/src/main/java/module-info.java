// SPDX-License-Identifier: Apache-2.0
/** The conformance kit: checks of any gateway from outside, as a library, as a source of JUnit tests and as a command. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.conformance {
    requires com.google.gson;
    requires java.xml;
    requires transitive io.github.kubeoidc.gateway.standin;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;

    exports io.github.kubeoidc.gateway.conformance;
    exports io.github.kubeoidc.gateway.conformance.checks;
    exports io.github.kubeoidc.gateway.conformance.cli;
    exports io.github.kubeoidc.gateway.conformance.http;
    exports io.github.kubeoidc.gateway.conformance.junit;
    exports io.github.kubeoidc.gateway.conformance.process;

    uses io.github.kubeoidc.gateway.conformance.cli.ContainerSupport;
}
