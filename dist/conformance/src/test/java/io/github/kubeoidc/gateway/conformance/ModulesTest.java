// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The kit sees a gateway from outside: it knows the stand-in, and nothing of the product, of containers or of a cluster. */
class ModulesTest {

    private static final String NAME = "io.github.kubeoidc.gateway.conformance";

    @Test
    void knowsTheStandInAndNothingOfTheProduct() throws Exception {
        Path packaged = Path.of(ConformanceSuite.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ModuleDescriptor module =
                ModuleFinder.of(packaged).findAll().iterator().next().descriptor();

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
                .containsExactlyInAnyOrder("", ".checks", ".cli", ".http", ".junit", ".process", ".report");
        assertThat(module.uses()).containsExactly(NAME + ".cli.ContainerSupport");
    }
}
