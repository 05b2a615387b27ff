/**
 * The words that the rooms of the gateway share: documents, configuration, and the ports between source, cache and web. No I/O.
 */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.api {
    requires com.google.gson;
    requires static transitive org.jspecify;

    exports io.github.kubeoidc.gateway.api;
}
