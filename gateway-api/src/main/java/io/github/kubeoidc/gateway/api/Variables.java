// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads variables, one after the other, and collects problems, the effective values and the help. Where a value is not
 * allowed, its problem is kept and reading goes on with the default.
 */
final class Variables {
    /** What Java reads in place of each byte that the process's locale has no character for. */
    private static final char UNREADABLE = '\uFFFD';

    private static final String WHERE_UNREADABLE = "; it has bytes that the locale of this process cannot read:"
            + " set LC_ALL=C.UTF-8 (in JSON, write \\u escapes)";
    private static final int SHOWN_CHARACTERS = 200;
    private static final int EFFECTIVE_CHARACTERS = 1024;

    private final Function<String, @Nullable String> lookup;
    private final Set<String> unused;
    private final Map<String, String> effective = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final StringBuilder help = new StringBuilder();

    /**
     * Creates a reader.
     *
     * @param lookup gives the text of a variable, {@code null} or an empty one where it is not set
     * @param unused the variables that are not looked up and not shown
     */
    Variables(Function<String, @Nullable String> lookup, Set<String> unused) {
        this.lookup = lookup;
        this.unused = unused;
    }

    /**
     * Fails with all problems, if there are any.
     *
     * @param more finds further ones, and is asked in that case only
     */
    void check(Supplier<List<String>> more) throws ConfigurationException {
        if (!problems.isEmpty()) {
            problems.addAll(more.get());
            throw new ConfigurationException(problems);
        }
    }

    /** The text of a variable that was read, its default where it is not set or not allowed. */
    String text(String name) {
        return Objects.requireNonNull(effective.get(name));
    }

    Set<String> names() {
        return effective.keySet();
    }

    String help() {
        return help.toString();
    }

    @Override
    public String toString() {
        return effective.entrySet().stream()
                .filter(variable -> !unused.contains(variable.getKey()))
                .map(variable -> variable.getKey() + "=" + LogText.line(variable.getValue(), EFFECTIVE_CHARACTERS))
                .collect(Collectors.joining(" "));
    }

    /** Reads a variable that has no default: it is empty where it is not set, or not allowed. */
    <T> Optional<T> optional(String name, ValueKind<T> kind, String description) {
        return Optional.ofNullable(valueOf(name, kind, "", description));
    }

    /** Reads a variable, whose default counts where it is not set, or not allowed. */
    <T> T read(String name, ValueKind<T> kind, String defaultText, String description) {
        return Objects.requireNonNull(valueOf(name, kind, defaultText, description));
    }

    Duration seconds(String name, int min, int max, String defaultText, String description) {
        return Duration.ofSeconds(read(name, ValueKind.wholeNumber(min, max), defaultText, description));
    }

    private <T> @Nullable T valueOf(String name, ValueKind<T> kind, String defaultText, String description) {
        help.append("  %-29s %s%n  %-29s allowed: %s; default: %s%n"
                .formatted(name, description, "", kind.allowed(), defaultText.isEmpty() ? "unset" : defaultText));
        String text = configured(name).orElse(defaultText);
        boolean unreadable = text.indexOf(UNREADABLE) >= 0;
        T value = unreadable || text.isEmpty() ? null : kind.parser().apply(text);
        if (value == null && !text.isEmpty()) {
            String redacted = kind.redactor().apply(text);
            String shown = LogText.hasSecret(redacted) ? "***" : redacted;
            problems.add(name + "=\"" + LogText.line(shown, SHOWN_CHARACTERS) + "\": allowed is " + kind.allowed()
                    + (unreadable ? WHERE_UNREADABLE : ""));
            text = defaultText;
            value = text.isEmpty() ? null : kind.parser().apply(text);
        }
        effective.put(name, text);
        return value;
    }

    /** Of two variables that were read, both are set or neither is. */
    void together(String one, String other) {
        if (configured(one).isPresent() != configured(other).isPresent()) {
            String set = configured(one).isPresent() ? one : other;
            problems.add((set.equals(one) ? other : one) + "=\"\": allowed is a path, as " + set + " is set");
        }
    }

    /** Two ports of one address that were read are different, unless each is any free one. */
    void different(String one, String other) {
        Integer port = port(other);
        if (port != null && port != 0 && port.equals(port(one))) {
            problems.add(
                    other + "=\"" + port + "\": allowed is another port than " + one + ", which is " + port + " too");
        }
    }

    private @Nullable Integer port(String name) {
        return unused.contains(name)
                ? null
                : ValueKind.PORT.parser().apply(configured(name).orElse(text(name)));
    }

    private Optional<String> configured(String name) {
        return Optional.ofNullable(unused.contains(name) ? null : lookup.apply(name))
                .filter(text -> !text.isEmpty());
    }
}
