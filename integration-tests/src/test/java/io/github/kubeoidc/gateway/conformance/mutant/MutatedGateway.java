// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The application folder's launcher, with one class of the gateway compiled anew from a source with a fault. */
final class MutatedGateway {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path BUILT = Path.of("target", "mutants").toAbsolutePath();

    /** The folders of those modules that are mutated. Each module is named like its folder. */
    private static final List<String> FOLDERS =
            List.of("gateway-api", "gateway-upstream", "gateway-cache", "gateway-web", "dist/webapp", "dist/server");

    private MutatedGateway() {}

    /**
     * Compiles the class with its fault.
     *
     * @throws AssertionError if the text to be replaced is not there exactly once, or what takes its place does not compile
     */
    static Delivery build(Mutant mutant) throws IOException {
        Path source = source(mutant);
        String module = module(source);
        Path folder = BUILT.resolve(mutant.fault().replaceAll("\\W+", "-"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path changed = Files.writeString(folder.resolve(source.getFileName()), changed(mutant));
        String lib = Path.of(Launcher.path()).resolveSibling("../lib").toString();
        List<String> arguments = List.of(
                "--release=17",
                "-proc:none",
                "--module-path=" + lib,
                "--patch-module=" + module + "=" + folder,
                "-d",
                classes.toString(),
                changed.toString());
        StringWriter complaints = new StringWriter();
        PrintWriter out = new PrintWriter(complaints);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        if (javac.run(out, out, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError("does not compile: " + complaints);
        }
        String options = "JAVA_OPTS=--patch-module " + module + "=" + classes;
        return environment -> CommandGateway.start(List.of("env", options, Launcher.path()), environment);
    }

    /**
     * Returns the source with its fault.
     *
     * @throws AssertionError if the text to be replaced is not there exactly once
     */
    static String changed(Mutant mutant) throws IOException {
        String text = Files.readString(source(mutant));
        int at = text.indexOf(mutant.from());
        if (at < 0 || text.indexOf(mutant.from(), at + 1) >= 0) {
            throw new AssertionError("is not once in " + mutant.file() + ".java: " + mutant.from());
        }
        return text.replace(mutant.from(), mutant.to());
    }

    private static Path source(Mutant mutant) throws IOException {
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder).resolve("src/main/java"))) {
                List<Path> found = files.filter(file -> file.endsWith(mutant.file() + ".java"))
                        .toList();
                if (!found.isEmpty()) {
                    return found.get(0);
                }
            }
        }
        throw new AssertionError("there is no " + mutant.file() + ".java");
    }

    private static String module(Path source) {
        String folder = FOLDERS.stream()
                .filter(candidate -> source.startsWith(ROOT.resolve(candidate)))
                .findFirst()
                .orElseThrow();
        return "io.github.kubeoidc.gateway." + folder.replaceAll(".*[-/]", "");
    }
}
