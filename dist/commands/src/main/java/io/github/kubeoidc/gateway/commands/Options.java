// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.LogText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments after a command's name: options with a value ({@code --dir DIR} or {@code --dir=DIR}), and without. */
final class Options {
    private static final int SHOWN_CHARACTERS = 200;

    private final Map<String, List<String>> given = new HashMap<>();

    private Options() {}

    /**
     * Reads arguments.
     *
     * @param valued the options that have a value
     * @param flags those that have none
     * @param usage what is allowed, in words
     * @throws UsageException if there is anything else among them, or a value is missing
     */
    static Options read(List<String> arguments, Set<String> valued, Set<String> flags, String usage)
            throws UsageException {
        Options options = new Options();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (valued.contains(name)) {
                String value = equals >= 0 ? argument.substring(equals + 1) : "";
                if (equals < 0 && i + 1 < arguments.size()) {
                    value = arguments.get(++i);
                }
                if (value.isEmpty()) {
                    throw new UsageException(name + " has no value; allowed is " + usage);
                }
                options.given.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            } else if (flags.contains(argument)) {
                options.given.put(argument, List.of());
            } else {
                throw new UsageException("unknown argument: " + shown(argument) + "; allowed is " + usage);
            }
        }
        return options;
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    /** All values of an option that may be repeated. */
    List<String> all(String name) {
        return given.getOrDefault(name, List.of());
    }

    /** The value of an option that may be given once. */
    @Nullable
    String one(String name) throws UsageException {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new UsageException(name + " is given " + values.size() + " times; allowed is once");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    static String shown(String text) {
        return LogText.hasSecret(text) ? "***" : LogText.line(text, SHOWN_CHARACTERS);
    }
}
