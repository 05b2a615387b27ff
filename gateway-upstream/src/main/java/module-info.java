/** Asks the API server: token, CA, TLS, limits, and the validation of documents. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.upstream {
    requires transitive io.github.kubeoidc.gateway.api;
    requires com.google.gson;
    requires static org.jspecify;
    requires org.eclipse.jetty.client;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.util;
    requires org.slf4j;

    exports io.github.kubeoidc.gateway.upstream;
}
