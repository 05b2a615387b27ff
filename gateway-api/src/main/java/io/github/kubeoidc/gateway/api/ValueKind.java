// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value that variables can have.
 *
 * @param allowed the values that it takes, in words
 * @param parser reads a text; returns {@code null} for one that is not allowed
 * @param redactor makes a refused text fit to be shown
 */
record ValueKind<T>(String allowed, Function<String, @Nullable T> parser, UnaryOperator<String> redactor) {
    static final ValueKind<Integer> PORT = wholeNumber(0, WebUrl.MAX_PORT);

    static final ValueKind<Boolean> BOOLEAN = of("true, false, 1, 0, t or f", text -> switch (lowerCase(text)) {
        case "true", "1", "t" -> true;
        case "false", "0", "f" -> false;
        default -> null;
    });

    static final ValueKind<Path> PATH = of("a path", ValueKind::path);

    static final ValueKind<Path> DIRECTORY =
            of("a directory that exists and can be written to, on a POSIX file system", ValueKind::directory);

    private static final String IPV6 = "(?=.*:.*:)[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?";
    private static final Pattern IP_OR_NAME = Pattern.compile("[A-Za-z0-9._-]+|" + IPV6 + "|\\[" + IPV6 + "]");

    static final ValueKind<String> ADDRESS = text(
            "an IP address or a host name", text -> IP_OR_NAME.matcher(text).matches() && !LogText.hasSecret(text));

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    static <T> ValueKind<T> of(String allowed, Function<String, @Nullable T> parser) {
        return new ValueKind<>(allowed, parser, UnaryOperator.identity());
    }

    /** A text that is used as it is written. */
    static ValueKind<String> text(String allowed, Predicate<String> check) {
        return of(allowed, text -> check.test(text) ? text : null);
    }

    /** A URL that is used as it is written. */
    static ValueKind<String> url(String allowed, Predicate<String> check) {
        return new ValueKind<>(allowed, text -> check.test(text) ? text : null, UpstreamUrl::redact);
    }

    static ValueKind<Integer> wholeNumber(int min, int max) {
        return of("a whole number from " + min + " to " + max, text -> {
            Integer value = DIGITS.matcher(text).matches() ? Integer.valueOf(text) : null;
            return value == null || value < min || value > max ? null : value;
        });
    }

    /** One of a few words, in any case. */
    static <E extends Enum<E>> ValueKind<E> oneOf(Class<E> words, String allowed) {
        return of(
                allowed,
                text -> Arrays.stream(words.getEnumConstants())
                        .filter(word -> lowerCase(word.name()).equals(lowerCase(text)))
                        .findFirst()
                        .orElse(null));
    }

    /** No letter beyond ASCII has a lower case that is in one of the words: the Kelvin sign's is a k. */
    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static @Nullable Path path(String text) {
        try {
            return LogText.hasSecret(text) ? null : Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static @Nullable Path directory(String text) {
        Path directory = path(text);
        return directory != null && isUsable(directory, Files.isWritable(directory)) ? directory : null;
    }

    /** One that cannot be written to is of use while documents are in it: a restart during an outage needs them. */
    static boolean isUsable(Path directory, boolean isWritable) {
        return Files.isDirectory(directory)
                && (isWritable || holdsDocument(directory))
                && directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static boolean holdsDocument(Path directory) {
        return Arrays.stream(DocumentKind.values())
                .anyMatch(kind -> Files.exists(directory.resolve(kind.fileName()), LinkOption.NOFOLLOW_LINKS));
    }
}
