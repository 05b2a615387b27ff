// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectRulesReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the API server lets somebody do, by its own {@code SelfSubjectRulesReview}.
 *
 * @param paths pairs of a verb and a path that is no resource's
 * @param resources what is granted on resources
 */
public record GrantedRules(Set<Map.Entry<String, String>> paths, Set<ResourceRule> resources) {

    /**
     * Asks what a client's own user may do.
     *
     * @param client whose user it is about
     * @param namespace the namespace of the resources
     * @return what is granted
     */
    public static GrantedRules of(KubernetesClient client, String namespace) {
        SubjectRulesReviewStatus status = client.authorization()
                .v1()
                .selfSubjectRulesReview()
                .create(new SelfSubjectRulesReviewBuilder()
                        .withNewSpec(namespace)
                        .build())
                .getStatus();
        Set<Map.Entry<String, String>> paths = status.getNonResourceRules().stream()
                .flatMap(rule -> rule.getNonResourceURLs().stream()
                        .flatMap(url -> rule.getVerbs().stream().map(verb -> Map.entry(verb, url))))
                .collect(Collectors.toUnmodifiableSet());
        return new GrantedRules(paths, Set.copyOf(status.getResourceRules()));
    }

    /**
     * What one may and another may not.
     *
     * @param other what the other one may
     * @return the pairs of a verb and a path that are granted here and not there
     */
    public Set<Map.Entry<String, String>> pathsBeyond(GrantedRules other) {
        Set<Map.Entry<String, String>> more = new HashSet<>(paths);
        more.removeAll(other.paths);
        return more;
    }
}
