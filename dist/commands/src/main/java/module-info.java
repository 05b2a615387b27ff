/** The commands {@code check} and {@code export}: one run each, no server. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // jose4j has a stable Automatic-Module-Name, and no descriptor.
module io.github.kubeoidc.gateway.commands {
    requires com.google.gson;
    requires io.github.kubeoidc.gateway.api;
    requires io.github.kubeoidc.gateway.upstream;
    requires org.jose4j;
    requires static org.jspecify;

    exports io.github.kubeoidc.gateway.commands;
}
