/** The commands {@code check} and {@code export}: one run each, no server. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.commands {
    requires com.google.gson;
    requires io.github.kubeoidc.gateway.api;
    requires io.github.kubeoidc.gateway.upstream;
    requires static org.jspecify;

    exports io.github.kubeoidc.gateway.commands;
}
