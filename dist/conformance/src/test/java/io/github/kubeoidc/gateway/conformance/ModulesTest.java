// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.PackagedModule;
import java.lang.module.ModuleDescriptor;
import org.junit.jupiter.api.Test;

/** The kit sees a gateway from outside: it knows the stand-in, and nothing of the product, of containers or of a cluster. */
class ModulesTest {

    private static final String NAME = "io.github.kubeoidc.gateway.conformance";

    @Test
    void knowsTheStandInAndNothingOfTheProduct() {
        ModuleDescriptor module = PackagedModule.of(ConformanceSuite.class);

        assertThat(module.name()).isEqualTo(NAME);
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
        assertThat(module.requires())
                .filteredOn(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder(
                        "java.base", "java.xml", "com.google.gson", "io.github.kubeoidc.gateway.standin");
        assertThat(module.packages()).allMatch(name -> (name + ".").startsWith(NAME + "."));
        assertThat(module.exports())
                .extracting(exported -> exported.source().substring(NAME.length()))
                .containsExactlyInAnyOrder("", ".checks", ".cli", ".http", ".junit", ".process");
        assertThat(module.uses()).containsExactly(NAME + ".cli.ContainerSupport");
    }
}
