/** Servlet and logging filter: HTTP semantics only. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.web {
    requires transitive io.github.kubeoidc.gateway.api;
    requires transitive jakarta.servlet;
    requires static org.jspecify;
    requires org.slf4j;

    exports io.github.kubeoidc.gateway.web;
}
