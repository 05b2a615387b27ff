// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** What a module says of itself where it is packaged, whether or not the test runs on the module path. */
public final class PackagedModule {
    private PackagedModule() {}

    /** The descriptor of the module that a class comes from. */
    public static ModuleDescriptor of(Class<?> type) {
        try {
            Path packaged = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            return ModuleFinder.of(packaged).findAll().iterator().next().descriptor();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
