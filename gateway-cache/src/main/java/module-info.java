/** The caching policy: fresh, stale, shared fetch, failure memory; and the rendering of a document, once. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.cache {
    requires transitive io.github.kubeoidc.gateway.api;
    requires static org.jspecify;
    requires org.slf4j;

    exports io.github.kubeoidc.gateway.cache;
}
