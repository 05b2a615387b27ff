// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
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
        return in(KubernetesFiles.text(file));
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
        return YAML.readValue(KubernetesFiles.text(file), ANY);
    }

    static KubernetesObject ofKind(String kind, List<KubernetesObject> objects) {
        return objects.stream()
                .filter(object -> object.kind().equals(kind))
                .collect(Collectors.collectingAndThen(Collectors.toList(), found -> {
                    if (found.size() != 1) {
                        throw new AssertionError(found.size() + " of " + kind);
                    }
                    return found.get(0);
                }));
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
