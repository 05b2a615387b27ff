// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The stand-in needs the JDK alone: a demo, an image build and the checks of any gateway use it. */
class ModulesTest {

    private static final String NAME = "io.github.kubeoidc.gateway.standin";

    @Test
    void exportsItsApiAndTheTablesAndRequiresNothing() throws Exception {
        Path packaged = Path.of(ApiServerStandIn.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ModuleDescriptor module =
                ModuleFinder.of(packaged).findAll().iterator().next().descriptor();

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
