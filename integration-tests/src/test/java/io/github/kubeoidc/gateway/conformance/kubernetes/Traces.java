// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What there is on a server, of any kind, with a word in its name or its namespace's. */
final class Traces {

    private static final String OF_A_TEST = "gateway-";
    private static final Duration REMOVAL = Duration.ofSeconds(90);

    private Traces() {}

    /**
     * Lists every kind that the server knows, but events, which expire by themselves, and what is in the namespaces that other
     * tests have on this server meanwhile.
     */
    static Set<String> of(KubernetesClient client, String word) {
        Set<String> found = new TreeSet<>();
        Stream.concat(
                        Stream.of("v1"),
                        client.getApiGroups().getGroups().stream()
                                .map(group -> group.getPreferredVersion())
                                .map(GroupVersionForDiscovery::getGroupVersion)
                                // Made of what runs, and away as long as nothing has been measured.
                                .filter(version -> !version.startsWith("metrics.k8s.io/")))
                .forEach(version -> client.getApiResources(version).getResources().stream()
                        .filter(resource -> resource.getVerbs().contains("list"))
                        .filter(resource -> !resource.getKind().equals("Event"))
                        .forEach(resource -> found.addAll(of(client, version, resource, word))));
        return found;
    }

    private static Set<String> of(KubernetesClient client, String version, APIResource resource, String word) {
        Set<String> found = new TreeSet<>();
        client.genericKubernetesResources(version, resource.getKind())
                .inAnyNamespace()
                .list()
                .getItems()
                .forEach(item -> {
                    String name = item.getMetadata().getNamespace() + "/" + resource.getName() + "/"
                            + item.getMetadata().getName();
                    if (name.contains(word) && !name.startsWith(OF_A_TEST)) {
                        found.add(name);
                    }
                });
        return found;
    }

    /** Deletes a namespace; returns when nothing of it is left. */
    static void removeNamespace(KubernetesClient client, String name) {
        client.namespaces().withName(name).delete();
        // A server without nodes is one without controllers: nobody else says that the namespace is empty.
        if (client.nodes().list().getItems().isEmpty()) {
            Namespace namespace = client.namespaces().withName(name).get();
            namespace.getSpec().setFinalizers(null);
            client.raw("/api/v1/namespaces/" + name + "/finalize", "PUT", namespace);
        }
        Await.until(
                REMOVAL,
                "namespace " + name + " to go",
                () -> client.namespaces().withName(name).get() == null);
    }
}
