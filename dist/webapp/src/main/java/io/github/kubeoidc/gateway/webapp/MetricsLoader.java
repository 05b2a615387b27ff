// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.Metrics;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Finds the metrics where they are wanted. On the module path they are a layer of their own, beside the libraries: a module of
 * the boot layer costs memory even where none of its classes is loaded. Elsewhere they are on the class path like all others.
 */
final class MetricsLoader {
    private static final String DIRECTORY = "metrics";
    private static final String MODULE = "io.github.kubeoidc.gateway.metrics";

    private MetricsLoader() {}

    /** Binds the metrics' port, which has to be configured. */
    static Metrics bind(GatewayConfig config) throws IOException {
        Metrics.Provider provider = providers()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the metrics are no part of this application"));
        return provider.bind(config.listenAddress(), config.metricsPort().orElseThrow());
    }

    private static ServiceLoader<Metrics.Provider> providers() {
        ModuleLayer layer = MetricsLoader.class.getModule().getLayer();
        if (layer == null) {
            return ServiceLoader.load(Metrics.Provider.class, MetricsLoader.class.getClassLoader());
        }
        URI jar = layer.configuration()
                .findModule(MetricsLoader.class.getModule().getName())
                .flatMap(module -> module.reference().location())
                .orElseThrow();
        ModuleFinder finder = ModuleFinder.of(Path.of(jar).resolveSibling(DIRECTORY));
        Configuration modules = layer.configuration().resolve(finder, ModuleFinder.of(), Set.of(MODULE));
        return ServiceLoader.load(
                layer.defineModulesWithOneLoader(modules, MetricsLoader.class.getClassLoader()),
                Metrics.Provider.class);
    }
}
