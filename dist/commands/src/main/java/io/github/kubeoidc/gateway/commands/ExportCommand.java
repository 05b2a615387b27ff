// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.Renderer;
import io.github.kubeoidc.gateway.upstream.Names;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The documents as they would be served, in files or on standard output (CONTRACT 13). */
final class ExportCommand {
    private static final String ALLOWED = "--dir DIR, or --jwks -";

    private final @Nullable Path directory;

    private ExportCommand(@Nullable Path directory) {
        this.directory = directory;
    }

    static ExportCommand read(List<String> arguments) throws UsageException {
        Options options = Options.read(arguments, Set.of("--dir", "--jwks"), Set.of(), ALLOWED);
        String directory = options.one("--dir");
        String jwks = options.one("--jwks");
        if (jwks != null && !jwks.equals("-")) {
            throw new UsageException("--jwks " + Options.shown(jwks) + ": allowed is -, for standard output");
        }
        if ((directory == null) == (jwks == null)) {
            throw new UsageException(
                    (jwks == null ? "neither --dir nor --jwks" : "both --dir and --jwks") + "; allowed is " + ALLOWED);
        }
        try {
            return new ExportCommand(directory == null ? null : Path.of(directory));
        } catch (InvalidPathException e) {
            throw new UsageException("--dir " + Options.shown(String.valueOf(directory)) + ": allowed is a directory");
        }
    }

    int run(GatewayConfig config, Names names, PrintStream out, PrintStream err) {
        if (directory != null && !Files.isDirectory(directory)) {
            err.println("kube-oidc-gateway: --dir " + Options.shown(directory.toString())
                    + " is no directory: nothing is written");
            return Commands.FAILED;
        }
        Map<DocumentKind, byte[]> bodies = bodies(config, names, err);
        if (bodies.isEmpty()) {
            return Commands.FAILED;
        }
        if (directory == null) {
            byte[] jwks = bodies.get(DocumentKind.JWKS);
            out.write(jwks, 0, jwks.length);
            return Commands.DONE;
        }
        try {
            ExportedFiles.write(directory, bodies).forEach(out::println);
            return Commands.DONE;
        } catch (IOException e) {
            err.println("kube-oidc-gateway: below " + directory + " cannot be written: "
                    + e.getClass().getSimpleName() + " " + e.getMessage());
            return Commands.FAILED;
        }
    }

    /** Returns what each document is served as; nothing where one cannot be had or is refused, which it says. */
    private Map<DocumentKind, byte[]> bodies(GatewayConfig config, Names names, PrintStream err) {
        Map<DocumentKind, byte[]> bodies = new EnumMap<>(DocumentKind.class);
        Map<DocumentKind, Document> documents = new EnumMap<>(DocumentKind.class);
        ExpectedIssuer expected = new ExpectedIssuer(config.expectedIssuer().orElse(null));
        Renderer renderer = Renderer.of(config);
        DocumentKind asked = DocumentKind.JWKS;
        try (Fetcher fetcher = new Fetcher(config, names)) {
            documents.put(asked, fetcher.fetch(asked, timedOut -> {}));
            if (directory != null || config.expectedIssuer().isPresent()) {
                // After the key set: it tells whose that is, and upstream may become another cluster at any time.
                asked = DocumentKind.DISCOVERY;
                documents.put(asked, fetcher.fetch(asked, timedOut -> {}));
            }
            for (Document document : documents.values()) {
                asked = document.kind();
                expected.accept(document);
                bodies.put(asked, renderer.render(document).body());
            }
            return bodies;
        } catch (FetchException e) {
            err.println("kube-oidc-gateway: " + asked.path() + ": " + e.getMessage() + ": nothing is written");
            return Map.of();
        }
    }
}
