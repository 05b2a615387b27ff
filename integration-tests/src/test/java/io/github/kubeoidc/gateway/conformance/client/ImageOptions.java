// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Has the launcher run the gateway with the heap, the stacks and the cap on connections that the image gives it. */
final class ImageOptions {

    private static final Path BUILD = Path.of("..", "dist", "image", "build");
    private static final Pattern COMMON = Pattern.compile("(?m)^common=\"([^\"]+)\"");
    private static final Pattern MAIN = Pattern.compile("(?m)^main='([^']+)'");
    private static final Pattern CAP = Pattern.compile("-Dkube-oidc-gateway\\.max-connections=(\\d+)");

    private ImageOptions() {}

    /** The cap on connections. */
    static int maxConnections() {
        return Integer.parseInt(found(CAP, text()).group(1));
    }

    /** Variables for the launcher. Its own {@code -Xmn} is for a larger heap, and the image has none. */
    static Map<String, String> environment() {
        List<String> options = Stream.of(COMMON, MAIN)
                .flatMap(part -> found(part, text()).group(1).lines())
                .filter(option -> option.startsWith("-X") || option.startsWith("-D"))
                .toList();
        return Map.of(
                "JAVA_HOME",
                javaHome().toString(),
                "JAVA_OPTS",
                "-Xmn7m -XX:+UnlockDiagnosticVMOptions " + String.join(" ", options));
    }

    /** The image's Java where it is installed, or else the one that runs this. */
    static Path javaHome() {
        Path own = Path.of(System.getProperty("java.home"));
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return own;
        }
        try (Stream<Path> homes = Files.list(all)) {
            return homes.filter(ImageOptions::isImages).sorted().findFirst().orElse(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isImages(Path home) {
        try {
            return Files.exists(home.resolve("bin/jcmd"))
                    && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"25");
        } catch (IOException e) {
            return false;
        }
    }

    private static String text() {
        try {
            return Files.readString(BUILD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError(BUILD + " has no " + pattern);
        }
        return matcher;
    }
}
