// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.PackagedModule;
import java.lang.module.ModuleDescriptor;
import org.junit.jupiter.api.Test;

/** The stand-in needs the JDK alone: a demo, an image build and the checks of any gateway use it. */
class ModulesTest {

    private static final String NAME = "io.github.kubeoidc.gateway.standin";

    @Test
    void exportsItsApiAndTheTablesAndRequiresNothing() {
        ModuleDescriptor module = PackagedModule.of(ApiServerStandIn.class);

        assertThat(module.name()).isEqualTo(NAME);
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder(NAME, NAME + ".table");
        assertThat(module.requires())
                .filteredOn(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactly("java.base");
        assertThat(module.packages()).containsExactlyInAnyOrder(NAME, NAME + ".table");
    }
}
