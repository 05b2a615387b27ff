/** The embedded Jetty around the web application, and the main program. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.server {
    requires transitive io.github.kubeoidc.gateway.webapp;
    requires org.eclipse.jetty.ee10.servlet;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.util;
    requires static org.jspecify;
    requires org.slf4j;

    exports io.github.kubeoidc.gateway.server;
}
