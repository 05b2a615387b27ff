// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The plain manifest on a server, object by object as it is written, less what the server is too old for. */
final class AppliedManifest implements AutoCloseable {

    static final String NAMESPACE = "kube-oidc-gateway";

    private static final String FIELD_MANAGER = "manifest-test";

    private final KubernetesClient client;
    private final List<KubernetesObject> known;

    private AppliedManifest(KubernetesClient client, List<KubernetesObject> known) {
        this.client = client;
        this.known = known;
    }

    /** Applies it for the first time. */
    static AppliedManifest to(KubernetesClient client) {
        AppliedManifest applied =
                new AppliedManifest(client, known(client, KubernetesObject.in(KubernetesFiles.MANIFEST)));
        try {
            applied.apply();
            return applied;
        } catch (RuntimeException e) {
            applied.close();
            throw e;
        }
    }

    /** The objects whose kind the server has; the others are named on standard error. */
    static List<KubernetesObject> known(KubernetesClient client, List<KubernetesObject> objects) {
        return objects.stream()
                .filter(object -> {
                    boolean isKnown = client.supports(object.apiVersion(), object.kind());
                    if (!isKnown) {
                        System.err.println("**** NOT APPLIED: this server has no " + object.kind() + " in "
                                + object.apiVersion() + ". ****");
                    }
                    return isKnown;
                })
                .toList();
    }

    /** Applies the file on the server's side. */
    void apply() {
        known.forEach(this::apply);
    }

    /** Applies one more object. */
    GenericKubernetesResource apply(KubernetesObject object) {
        return client.resource(object.generic()).fieldManager(FIELD_MANAGER).serverSideApply();
    }

    /** What the server has now, by identity. */
    Map<String, GenericKubernetesResource> onServer() {
        return known.stream()
                .collect(Collectors.toMap(
                        KubernetesObject::identity,
                        object -> client.resource(object.generic()).get()));
    }

    /** Deletes in the order of the file, as {@code kubectl delete -f} does. */
    @Override
    public void close() {
        known.forEach(object -> client.resource(object.generic()).delete());
        Traces.removeNamespace(client, NAMESPACE);
    }
}
