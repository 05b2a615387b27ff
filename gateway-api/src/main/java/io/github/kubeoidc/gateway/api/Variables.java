// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads variables, one after the other, and collects problems, the effective values and the help. Where a value is not
 * allowed, its problem is kept and reading goes on with the default.
 */
final class Variables {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
    private static final String IPV6 = "(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?";
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]+|" + IPV6 + "|\\[" + IPV6 + "]");
    private static final int MAX_PORT = 65535;

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

    int integer(String name, int min, int max, String defaultText, String description) {
        return read(name, wholeNumber(min, max), defaultText, description, text -> number(text, min, max));
    }

    OptionalInt optionalInteger(String name, int min, int max, String description) {
        return optional(name, wholeNumber(min, max), description, text -> number(text, min, max))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    Duration seconds(String name, int min, int max, String defaultText, String description) {
        return Duration.ofSeconds(integer(name, min, max, defaultText, description));
    }

    private static String wholeNumber(int min, int max) {
        return "a whole number from " + min + " to " + max;
    }

    private static @Nullable Integer number(String text, int min, int max) {
        if (!DIGITS.matcher(text).matches()) {
            return null;
        }
        int value = Integer.parseInt(text);
        return value < min || value > max ? null : value;
    }

    boolean bool(String name, boolean defaultValue, String description) {
        return read(
                name,
                "true, false, 1, 0, t or f",
                Boolean.toString(defaultValue),
                description,
                text -> switch (lowerCase(text)) {
                    case "true", "1", "t" -> true;
                    case "false", "0", "f" -> false;
                    default -> null;
                });
    }

    <E extends Enum<E>> E oneOf(
            String name, Class<E> type, UnaryOperator<String> spelling, E defaultValue, String description) {
        E[] constants = type.getEnumConstants();
        return read(
                name,
                Arrays.stream(constants).map(Enum::name).map(spelling).collect(Collectors.joining(", ")),
                spelling.apply(defaultValue.name()),
                description,
                text -> Arrays.stream(constants)
                        .filter(constant -> lowerCase(constant.name()).equals(lowerCase(text)))
                        .findFirst()
                        .orElse(null));
    }

    /** No letter beyond ASCII has a lower case that is in one of the words: the Kelvin sign's is a k. */
    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    String address(String name, String defaultAddress, String description) {
        return read(
                name,
                "an IP address or a host name",
                defaultAddress,
                description,
                text -> ADDRESS.matcher(text).matches() && !LogText.hasSecret(text) ? text : null);
    }

    Path path(String name, String defaultPath, String description) {
        return read(name, "a path", defaultPath, description, Variables::parsePath);
    }

    Optional<Path> optionalPath(String name, String description) {
        return optional(name, "a path", description, Variables::parsePath);
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
        return unused.contains(name) ? null : number(configured(name).orElse(text(name)), 0, MAX_PORT);
    }

    private Optional<String> configured(String name) {
        return Optional.ofNullable(unused.contains(name) ? null : lookup.apply(name))
                .filter(text -> !text.isEmpty());
    }

    private static @Nullable Path parsePath(String text) {
        try {
            return LogText.hasSecret(text) ? null : Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    Optional<Path> optionalDirectory(String name, String description) {
        return optional(
                name, "a directory that exists and can be written to, on a POSIX file system", description, text -> {
                    Path directory = parsePath(text);
                    boolean usable = directory != null
                            && Files.isDirectory(directory)
                            && Files.isWritable(directory)
                            && directory
                                    .getFileSystem()
                                    .supportedFileAttributeViews()
                                    .contains("posix");
                    return usable ? directory : null;
                });
    }

    /** Reads a text that is used as it is written. */
    Optional<String> optionalText(
            String name, String allowed, String description, Predicate<String> check, UnaryOperator<String> redactor) {
        return optional(name, allowed, description, text -> check.test(text) ? text : null, redactor);
    }

    /** Reads a variable that has no default: it is empty where it is not set. */
    private <T> Optional<T> optional(
            String name,
            String allowed,
            String description,
            Function<String, @Nullable T> parser,
            UnaryOperator<String> redactor) {
        return read(
                name,
                allowed,
                "",
                description,
                text -> {
                    Optional<T> value = text.isEmpty() ? Optional.empty() : Optional.ofNullable(parser.apply(text));
                    return text.isEmpty() || value.isPresent() ? value : null;
                },
                redactor);
    }

    private <T> Optional<T> optional(
            String name, String allowed, String description, Function<String, @Nullable T> parser) {
        return optional(name, allowed, description, parser, UnaryOperator.identity());
    }

    private <T> T read(
            String name, String allowed, String defaultText, String description, Function<String, @Nullable T> parser) {
        return read(name, allowed, defaultText, description, parser, UnaryOperator.identity());
    }

    /**
     * Reads one variable.
     *
     * @param allowed the values that it takes, in words
     * @param defaultText what counts where it is not set or empty
     * @param parser reads a text; returns {@code null} for one that is not allowed
     * @param redactor makes a refused text fit to be shown
     */
    <T> T read(
            String name,
            String allowed,
            String defaultText,
            String description,
            Function<String, @Nullable T> parser,
            UnaryOperator<String> redactor) {
        help.append("  %-29s %s%n  %-29s allowed: %s; default: %s%n"
                .formatted(name, description, "", allowed, defaultText.isEmpty() ? "unset" : defaultText));
        String text = configured(name).orElse(defaultText);
        boolean unreadable = text.indexOf(UNREADABLE) >= 0;
        T value = unreadable ? null : parser.apply(text);
        if (value == null) {
            String redacted = redactor.apply(text);
            String shown = LogText.hasSecret(redacted) ? "***" : redacted;
            problems.add(name + "=\"" + LogText.line(shown, SHOWN_CHARACTERS) + "\": allowed is " + allowed
                    + (unreadable ? WHERE_UNREADABLE : ""));
            text = defaultText;
            value = Objects.requireNonNull(parser.apply(text));
        }
        effective.put(name, text);
        return value;
    }
}
