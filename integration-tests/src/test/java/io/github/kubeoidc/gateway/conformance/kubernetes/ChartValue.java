// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value of the chart, as its schema describes it.
 *
 * @param name the way to it, with dots
 * @param schema its part of {@code values.schema.json}
 * @param setting what {@code values.yaml} sets; {@code null} where it sets nothing
 */
record ChartValue(
        String name, Map<String, Object> schema, @Nullable Object setting) {

    /** All values that hold no further ones, in the order of the schema. */
    static List<ChartValue> all() {
        List<ChartValue> values = new ArrayList<>();
        collect(
                "",
                KubernetesObject.mapping(KubernetesFiles.CHART.resolve("values.schema.json")),
                KubernetesObject.mapping(KubernetesFiles.CHART.resolve("values.yaml")),
                values);
        return values;
    }

    private static void collect(
            String prefix, Map<String, Object> schema, Map<String, Object> settings, List<ChartValue> into) {
        members(schema, "properties").forEach((name, part) -> {
            Map<String, Object> each = cast(part);
            if (each.containsKey("properties")) {
                collect(prefix + name + ".", each, members(settings, name), into);
            } else {
                into.add(new ChartValue(prefix + name, each, settings.get(name)));
            }
        });
    }

    private static Map<String, Object> members(Map<String, Object> parent, String name) {
        Object members = parent.get(name);
        return members == null ? Map.of() : cast(members);
    }

    // JSON has no other keys.
    @SuppressWarnings("unchecked")
    static Map<String, Object> cast(Object value) {
        return new LinkedHashMap<>((Map<String, Object>) value);
    }

    String description() {
        return String.valueOf(schema.get("description"));
    }

    /** What counts where an operator sets nothing; {@code null} where the schema and {@code values.yaml} name nothing. */
    @Nullable
    Object defaultValue() {
        return setting == null ? schema.get("default") : setting;
    }

    /** The values that it takes, in words. */
    String allowed() {
        if (!words().isEmpty()) {
            return String.join(", ", words());
        }
        return switch (String.valueOf(schema.get("type"))) {
            case "[string, number]" -> "a quantity";
            case "integer" -> schema.get("minimum") + " to " + schema.get("maximum");
            case "boolean" -> "true, false";
            case "array" -> "a list";
            case "object" -> "a map";
            default -> "a text";
        };
    }

    /** The words that it is one of; empty where it is another thing. What is allowed beside them is another spelling. */
    List<String> words() {
        Map<String, Object> described = schema.get("anyOf") instanceof List<?> either ? cast(either.get(0)) : schema;
        return described.get("enum") instanceof List<?> words
                ? words.stream().map(String::valueOf).toList()
                : List.of();
    }
}
