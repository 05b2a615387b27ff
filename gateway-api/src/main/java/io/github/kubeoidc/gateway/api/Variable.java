// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One variable of the configuration: what it is called, what it allows, its default, and how its text is read.
 *
 * @param name the name, as an environment variable
 * @param allowed the values that it takes, in words
 * @param defaultText what counts where it is not set or empty
 * @param description what it is for
 * @param parser reads a text; returns {@code null} for one that is not allowed
 * @param redactor makes a refused text fit to be shown
 * @param <T> the type of its values
 */
record Variable<T>(
        String name,
        String allowed,
        String defaultText,
        String description,
        Function<String, @Nullable T> parser,
        UnaryOperator<String> redactor) {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
    private static final String IPV6 = "(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?";
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]+|" + IPV6 + "|\\[" + IPV6 + "]");
    private static final int SHOWN_CHARACTERS = 200;

    static Variable<Integer> integer(String name, int min, int max, int defaultValue, String description) {
        return new Variable<>(
                name,
                "a whole number from " + min + " to " + max,
                Integer.toString(defaultValue),
                description,
                text -> {
                    if (!DIGITS.matcher(text).matches()) {
                        return null;
                    }
                    int value = Integer.parseInt(text);
                    return value < min || value > max ? null : value;
                },
                UnaryOperator.identity());
    }

    static Variable<Duration> seconds(String name, int min, int max, int defaultValue, String description) {
        Variable<Integer> number = integer(name, min, max, defaultValue, description);
        return new Variable<>(
                name,
                number.allowed,
                number.defaultText,
                description,
                text -> {
                    Integer seconds = number.parser.apply(text);
                    return seconds == null ? null : Duration.ofSeconds(seconds);
                },
                UnaryOperator.identity());
    }

    static Variable<Boolean> bool(String name, boolean defaultValue, String description) {
        return new Variable<>(
                name,
                "true, false, 1, 0, t or f",
                Boolean.toString(defaultValue),
                description,
                text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true", "1", "t" -> true;
                    case "false", "0", "f" -> false;
                    default -> null;
                },
                UnaryOperator.identity());
    }

    static Variable<Path> path(String name, String defaultPath, String description) {
        return new Variable<>(name, "a path", defaultPath, description, Variable::parsePath, UnaryOperator.identity());
    }

    private static @Nullable Path parsePath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    static Variable<Optional<Path>> optionalDirectory(String name, String description) {
        return new Variable<>(
                name,
                "a directory that exists and can be written to, on a POSIX file system",
                "",
                description,
                text -> {
                    if (text.isEmpty()) {
                        return Optional.empty();
                    }
                    Path directory = parsePath(text);
                    boolean usable = directory != null
                            && Files.isDirectory(directory)
                            && Files.isWritable(directory)
                            && directory
                                    .getFileSystem()
                                    .supportedFileAttributeViews()
                                    .contains("posix");
                    return usable ? Optional.of(directory) : null;
                },
                UnaryOperator.identity());
    }

    static <E extends Enum<E>> Variable<E> oneOf(
            String name, Class<E> type, UnaryOperator<String> spelling, E defaultValue, String description) {
        E[] constants = type.getEnumConstants();
        return new Variable<>(
                name,
                Arrays.stream(constants).map(Enum::name).map(spelling).collect(Collectors.joining(", ")),
                spelling.apply(defaultValue.name()),
                description,
                text -> Arrays.stream(constants)
                        .filter(constant -> constant.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElse(null),
                UnaryOperator.identity());
    }

    static Variable<String> address(String name, String defaultAddress, String description) {
        return new Variable<>(
                name,
                "an IP address or a host name",
                defaultAddress,
                description,
                text -> ADDRESS.matcher(text).matches() ? text : null,
                UnaryOperator.identity());
    }

    /** Reads what is configured; where that is not allowed, gives the sentence to {@code problem} and returns {@code null}. */
    @Nullable
    T read(@Nullable String configured, java.util.function.Consumer<String> problem) {
        String text = configured == null || configured.isEmpty() ? defaultText : configured;
        T value = parser.apply(text);
        if (value == null) {
            problem.accept(name + "=" + quote(redactor.apply(text)) + ": allowed is " + allowed);
        }
        return value;
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(SHOWN_CHARACTERS).forEach(c -> {
            if (Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append(text.length() > SHOWN_CHARACTERS ? "…\"" : "\"").toString();
    }
}
