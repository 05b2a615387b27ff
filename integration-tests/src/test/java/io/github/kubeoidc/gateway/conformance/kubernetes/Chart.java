// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.github.kubeoidc.gateway.conformance.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The chart, rendered by Helm's own library, which leaves out hooks. */
final class Chart {

    static final String NAME = "kube-oidc-gateway";

    /** The oldest version that the chart is for. */
    static final String KUBERNETES = "1.27.0";

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
                template(KubernetesFiles.CHART).withName(release).withNamespace(namespace);
        values.forEach(template::set);
        return KubernetesObject.in(template.call());
    }

    /** Renders a chart, this one or one around it, with a file of values. */
    static List<KubernetesObject> render(Path chart, Path values) {
        return render(chart, NAME, NAME, values);
    }

    /**
     * Renders a chart with a file of values.
     *
     * @throws IllegalStateException if the schema refuses a value
     */
    static List<KubernetesObject> render(Path chart, String release, String namespace, Path values) {
        String rendered = template(chart)
                .withName(release)
                .withNamespace(namespace)
                .withValuesFile(values)
                .call();
        return rendered == null ? List.of() : KubernetesObject.in(rendered);
    }

    static TemplateCommand template(Path chart) {
        return new Helm(chart).template().withKubeVersion(KUBERNETES);
    }

    /**
     * Makes a copy of the chart.
     *
     * @param change what is changed in each file
     */
    static Path copy(Path folder, UnaryOperator<String> change) {
        try (Stream<Path> files = Files.walk(KubernetesFiles.CHART)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy =
                        folder.resolve(KubernetesFiles.CHART.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, change.apply(Repository.text(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    /** A copy of the chart in which hooks are objects like others, as Helm renders only those. */
    static Path withoutHooks(Path folder) {
        return copy(folder, text -> text.replaceAll("(?m)^    helm.sh/hook.*$", ""));
    }
}
