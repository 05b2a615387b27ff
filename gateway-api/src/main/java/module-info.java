/**
 * The types that the modules of the gateway share: documents and how they are rendered, configuration, and the ports between
 * source, cache and web. No I/O but a look whether a directory of the configuration can be used.
 */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.api {
    requires com.google.gson;
    requires static transitive org.jspecify;

    exports io.github.kubeoidc.gateway.api;
}
