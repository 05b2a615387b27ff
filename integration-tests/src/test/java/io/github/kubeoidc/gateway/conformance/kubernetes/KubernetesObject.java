// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * One object as it was written, before any model has read it.
 *
 * @param content all that was written
 */
record KubernetesObject(Map<String, Object> content) {

    /** Groups of other products that the model leaves out; their objects cannot be checked field by field. */
    private static final Set<String> WITHOUT_MODEL =
            Set.of("cert-manager.io", "monitoring.coreos.com", "cloud.google.com", "networking.gke.io");

    private static final String SELECTOR =
            "app.kubernetes.io/name: kube-oidc-gateway, app.kubernetes.io/instance: kube-oidc-gateway";

    private static final TypeReference<Map<String, Object>> ANY = new TypeReference<>() {};
    private static final KubernetesSerialization MODEL = new KubernetesSerialization();
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new NoPlaceForUnknownFields())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The model's classes keep what they do not know; without the place for it, it is an error. */
    private static final class NoPlaceForUnknownFields extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            return annotated.hasAnnotation(JsonAnySetter.class) ? Boolean.FALSE : null;
        }
    }

    static List<KubernetesObject> in(Path file) {
        return in(Repository.text(file));
    }

    /** Reads YAML, one object a document. */
    static List<KubernetesObject> in(String yaml) {
        try (var documents = YAML.readerFor(ANY).<Map<String, Object>>readValues(yaml)) {
            return documents.readAll().stream()
                    .filter(document -> document != null)
                    .map(KubernetesObject::new)
                    .toList();
        }
    }

    /** Reads one mapping of YAML or JSON that need not be an object of Kubernetes. */
    static Map<String, Object> mapping(Path file) {
        return YAML.readValue(Repository.text(file), ANY);
    }

    static KubernetesObject ofKind(String kind, List<KubernetesObject> objects) {
        List<KubernetesObject> found =
                objects.stream().filter(object -> object.kind().equals(kind)).toList();
        assertThat(found).as("objects of kind " + kind).hasSize(1);
        return found.get(0);
    }

    /** The pods of the Deployment. */
    static PodSpec pod(List<KubernetesObject> objects) {
        return ofKind("Deployment", objects)
                .typed(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    /** The variables of the pods' container, of those that have a value. */
    static Map<String, String> variables(PodSpec pod) {
        return pod.getContainers().get(0).getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    /**
     * Asserts that one of the objects of a kind has something, and no other has anything there.
     *
     * @param pointer a place in an object (RFC 6901); {@code /} is all of it
     * @param expected in YAML, or {@code absent}; {@code VERSION} is that of the build, {@code PODS} what selects the pods
     */
    static void assertHas(List<KubernetesObject> objects, String kind, String pointer, String expected) {
        List<JsonNode> found = objects.stream()
                .filter(object -> object.kind().equals(kind))
                .map(object -> YAML.<JsonNode>valueToTree(object.content()).at(pointer.equals("/") ? "" : pointer))
                .filter(node -> !node.isMissingNode())
                .toList();
        if (expected.equals("absent")) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found)
                    .containsExactly(YAML.readTree(expected.replace("VERSION", KubernetesFiles.builtVersion())
                            .replace("PODS", SELECTOR)));
        }
    }

    String apiVersion() {
        return String.valueOf(content.get("apiVersion"));
    }

    String kind() {
        return String.valueOf(content.get("kind"));
    }

    boolean hasModel() {
        return !WITHOUT_MODEL.contains(apiVersion().replaceFirst("/.*", ""));
    }

    /** What no two objects of a cluster share. */
    String identity() {
        var metadata = generic().getMetadata();
        return Optional.ofNullable(metadata.getNamespace()).map(n -> n + "/").orElse("") + kind() + "/"
                + metadata.getName();
    }

    /** The object for an API server: nothing added, nothing left out. */
    GenericKubernetesResource generic() {
        return MODEL.convertValue(content, GenericKubernetesResource.class);
    }

    /**
     * The object as the model of its kind.
     *
     * @throws IllegalArgumentException if the kind is unknown
     * @throws tools.jackson.core.JacksonException if it has a field that its kind does not have, or one of another type
     */
    HasMetadata typed() {
        Class<? extends KubernetesResource> type = MODEL.getRegisteredKubernetesResource(apiVersion(), kind());
        if (type == null) {
            throw new IllegalArgumentException("no " + kind() + " in " + apiVersion());
        }
        return (HasMetadata) STRICT.convertValue(content, type);
    }

    /** As {@link #typed()}, of that type. */
    <T extends HasMetadata> T typed(Class<T> type) {
        return type.cast(typed());
    }
}
