// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import io.github.kubeoidc.gateway.conformance.Delivery;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The gateway as it has been built, and its sources, from which it can be built with differences. */
final class GatewayBuild {

    private static final List<String> ROOMS =
            List.of("gateway-api", "gateway-upstream", "gateway-cache", "gateway-web", "dist/webapp", "dist/server");

    /** What makes the program one that can be hosted. */
    private static final List<Edit> HOSTING = List.of(
            new Edit(
                    "StdoutAppender",
                    "new FileOutputStream(FileDescriptor.out)",
                    host("StdoutAppender") + ".standardOutput()"),
            new Edit("Main", "System::getenv", host("Main") + "::getenv"),
            new Edit("Main", "System.err", host("Main") + ".standardError()"),
            new Edit("Main", "Runtime.getRuntime().halt", host("Main") + ".exit"),
            new Edit("Main", "Runtime.getRuntime()", host("Main")),
            new Edit("GatewayServer", "System.getenv()", host("GatewayServer") + ".environment()"),
            new Edit(
                    "GatewayServer",
                    "server.setErrorHandler(errors);",
                    "server.setErrorHandler(errors); " + host("GatewayServer")
                            + ".onKill(() -> { end(); Log.stop(); });"));

    private final Path root = Path.of("").toAbsolutePath().getParent();
    private final Path built = Path.of("target", "mutants");
    private final Map<String, Path> sources = new HashMap<>();
    private final List<Path> jars;
    private final List<URL> ownPath = new ArrayList<>();
    private final ClassLoader libraries;

    /** Looks where the build leaves things. */
    GatewayBuild() {
        try (Stream<Path> lib = Files.list(root.resolve("dist/server/target/kube-oidc-gateway/lib"))) {
            jars = lib.filter(Files::isRegularFile).sorted().toList();
            for (String room : ROOMS) {
                try (Stream<Path> files = Files.walk(root.resolve(room).resolve("src/main/java"))) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file -> sources.put(file.getFileName().toString(), file));
                }
            }
            List<URL> shared = new ArrayList<>();
            for (Path jar : jars) {
                String name = jar.getFileName().toString();
                boolean hasStaticState =
                        name.startsWith("gateway-") || name.startsWith("logback-") || name.startsWith("slf4j-");
                if (hasStaticState) {
                    ownPath.add(url(jar));
                }
                if (!hasStaticState || name.startsWith("slf4j-")) {
                    shared.add(url(jar));
                }
            }
            libraries = new URLClassLoader(shared.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A change of a source file, named without its ending. */
    record Edit(String file, String from, String to) {}

    /**
     * Builds the gateway with differences.
     *
     * @param name names a folder for it
     * @throws AssertionError if a text to be replaced is not there exactly once, or the changed sources do not compile
     */
    Delivery with(String name, List<Edit> differences) {
        Path classes = compile(name, changed(differences));
        List<URL> path = new ArrayList<>();
        path.add(url(classes));
        path.addAll(ownPath);
        return environment -> HostedGateway.start(path, libraries, environment);
    }

    /**
     * Returns the sources that are different, by their name without its ending.
     *
     * @throws AssertionError if a text to be replaced is not there exactly once
     */
    Map<String, String> changed(List<Edit> differences) {
        Map<String, String> changed = new HashMap<>();
        differences.forEach(edit ->
                changed.compute(edit.file(), (file, before) -> faulty(edit, sourceOr(before, file))));
        HOSTING.forEach(edit -> changed.compute(
                edit.file(), (file, before) -> sourceOr(before, file).replace(edit.from(), edit.to())));
        return changed;
    }

    /** What is quoted to host the gateway and is there no more: then no mutant can be examined. */
    List<String> staleHosting() {
        return HOSTING.stream()
                .filter(edit -> !sources.containsKey(edit.file() + ".java")
                        || !sourceOr(null, edit.file()).contains(edit.from()))
                .map(edit -> "hosting: is not in " + edit.file() + ".java: " + edit.from())
                .toList();
    }

    private static String host(String file) {
        return Host.class.getName() + ".of(" + file + ".class)";
    }

    private String sourceOr(@Nullable String changed, String file) {
        if (changed != null) {
            return changed;
        }
        Path path = sources.get(file + ".java");
        if (path == null) {
            throw new AssertionError("there is no " + file + ".java any more");
        }
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String faulty(Edit edit, String source) {
        int at = source.indexOf(edit.from());
        if (at < 0 || source.indexOf(edit.from(), at + 1) >= 0) {
            throw new AssertionError("is not once in " + edit.file() + ".java: " + edit.from());
        }
        return source.replace(edit.from(), edit.to());
    }

    private Path compile(String name, Map<String, String> changed) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            Path folder = built.resolve(name.replaceAll("\\W+", "-"));
            Path classes = Files.createDirectories(folder.resolve("classes"));
            List<Path> files = new ArrayList<>();
            for (Map.Entry<String, String> source : changed.entrySet()) {
                files.add(Files.writeString(folder.resolve(source.getKey() + ".java"), source.getValue()));
            }
            Path ours = Path.of(Host.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath());
            String classPath = Stream.concat(jars.stream(), Stream.of(ours))
                    .map(Path::toString)
                    .collect(Collectors.joining(java.io.File.pathSeparator));
            List<String> options = List.of(
                    "--release",
                    "17",
                    "-nowarn",
                    "-proc:none",
                    "-parameters",
                    "-d",
                    classes.toString(),
                    "-cp",
                    classPath);
            if (!compiler.getTask(complaints, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call()) {
                throw new AssertionError("does not compile: " + complaints);
            }
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
