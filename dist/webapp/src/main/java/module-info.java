/** The composition: wires source, cache and web in a servlet context, and sets the log up. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.webapp {
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires com.google.gson;
    requires transitive io.github.kubeoidc.gateway.api;
    requires io.github.kubeoidc.gateway.cache;
    requires io.github.kubeoidc.gateway.upstream;
    requires transitive io.github.kubeoidc.gateway.web;
    requires transitive jakarta.servlet;
    requires static org.jspecify;
    requires org.slf4j;

    uses io.github.kubeoidc.gateway.api.Metrics.Provider;

    exports io.github.kubeoidc.gateway.webapp;

    provides ch.qos.logback.classic.spi.Configurator with
            io.github.kubeoidc.gateway.webapp.log.LogConfigurator;
}
