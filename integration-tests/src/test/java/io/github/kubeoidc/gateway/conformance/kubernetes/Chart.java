// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.util.List;
import java.util.Map;

/** The chart, rendered by Helm's own library, which leaves out hooks. */
final class Chart {

    static final String NAME = "kube-oidc-gateway";

    private Chart() {}

    /**
     * Renders the chart as release and in namespace {@value #NAME}.
     *
     * @throws IllegalStateException if the schema refuses a value
     */
    static List<KubernetesObject> render(Map<String, ?> values) {
        return render(NAME, NAME, values);
    }

    static List<KubernetesObject> render(String release, String namespace, Map<String, ?> values) {
        TemplateCommand template =
                new Helm(KubernetesFiles.CHART).template().withName(release).withNamespace(namespace);
        values.forEach(template::set);
        return KubernetesObject.in(template.call());
    }
}
