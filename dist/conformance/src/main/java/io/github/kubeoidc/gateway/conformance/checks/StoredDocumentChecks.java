// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** 3.10: documents that outlive the process, and which files are ignored. */
final class StoredDocumentChecks {

    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private StoredDocumentChecks() {}

    static List<Check> checks(CheckList list) {
        restarts(list);
        files(list);
        volumes(list);
        ignored(list);
        mistakes(list);
        return list.checks();
    }

    private static void restarts(CheckList list) {
        list.add("3.10", Check.Severity.MUST, "restarts during an outage lose no document", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                stored.breakUpstream();
                for (int restart = 1; restart <= 2; restart++) {
                    try (StartedGateway gateway = stored.start(Map.of())) {
                        stored.answers()
                                .forEach((path, before) -> Expect.that(StoredDocuments.get(gateway, path))
                                        .status(200)
                                        .body(before.text())
                                        .field("ETag", before.require("ETag")));
                    }
                }
            }
        });
        list.add("3.10", Check.Severity.MUST, "what an earlier process fetched is stale, and fetched anew", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                String next = ConnectionChecks.largeKeySet(10);
                stored.upstream().jwks().serve(next);
                int fetches = stored.upstream().jwks().fetches();
                try (StartedGateway gateway = stored.start(Map.of("CACHE_TTL_SECONDS", "3600"))) {
                    Await.until(
                            RECOVERY,
                            "the key set that upstream has now, after a restart",
                            () -> Json.same(next, stored.getJwks(gateway).text()));
                }
                Expect.equal(
                        "the number of fetches",
                        fetches + 1,
                        stored.upstream().jwks().fetches());
            }
        });
        list.add("3.10", Check.Severity.MUST, "health counts from the fetch of the earlier process", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                stored.upstream().jwks().fail(Reply.hang());
                stored.upstream().discovery().fail(Reply.hang());
                try (StartedGateway gateway = stored.start(Map.of("HEALTH_MAX_STALE_SECONDS", "3600"))) {
                    Duration time = Concurrently.time(() ->
                            Expect.that(StoredDocuments.get(gateway, "/readyz")).status(200));
                    Expect.holds(time.toSeconds() < 15, "upstream hangs; health took " + time);
                }
                stored.breakUpstream();
                Await.until(
                        Duration.ofSeconds(10),
                        "the documents to be 5 s old",
                        () -> stored.age().toSeconds() >= 5);
                try (StartedGateway gateway = stored.start(Map.of("HEALTH_MAX_STALE_SECONDS", "5"))) {
                    Expect.that(StoredDocuments.get(gateway, "/readyz")).status(503);
                }
            }
        });
    }

    private static void files(CheckList list) {
        list.add("3.10", Check.Severity.MUST, "the files have mode 0600", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                for (Path file : stored.files()) {
                    Expect.equal(
                            "the mode of " + file.getFileName(),
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                }
            }
        });
        list.add("3.10", Check.Severity.SHOULD, "the files do not hold the token", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                for (Path file : stored.files()) {
                    String content = new String(stored.read(file), StandardCharsets.ISO_8859_1);
                    Expect.holds(!content.contains(stored.upstream().token()), file.getFileName() + " holds the token");
                }
            }
        });
        list.add("3.10", Check.Severity.SHOULD, "a directory that goes away takes no document from clients", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery());
                    StartedGateway gateway = stored.start(Map.of("CACHE_TTL_SECONDS", "0"))) {
                stored.removeFiles();
                String next = ConnectionChecks.largeKeySet(10);
                stored.upstream().jwks().serve(next);
                Await.until(
                        RECOVERY,
                        "the key set that upstream has now",
                        () -> Json.same(next, stored.getJwks(gateway).text()));
            }
        });
    }

    private static void volumes(CheckList list) {
        list.add(
                "3.10",
                Check.Severity.MUST,
                "a file that its group may write counts where the directory is that group's",
                () -> {
                    try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                        try {
                            // What kubelet makes of a volume with fsGroup.
                            Object group = Files.getAttribute(stored.files().get(0), "unix:gid");
                            Files.setAttribute(stored.directory(), "unix:gid", group);
                            allow(stored.directory(), "rwxrwx---");
                            for (Path file : stored.files()) {
                                allow(file, "rw-rw----");
                            }
                        } catch (FileSystemException e) {
                            throw new NotObservable(
                                    "what becomes of a file of another user, which only root can change");
                        }
                        areServed(stored);
                    }
                });
        list.add(
                "3.10",
                Check.Severity.MUST,
                "files that are not the gateway's own are neither touched nor in its way",
                () -> {
                    try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                        Path directory = stored.directory();
                        List<Path> foreign = new ArrayList<>();
                        for (String name :
                                List.of("probe-of-mine.tmp", "jwks.tmp", "jwks-x.tmp", "openid.json", ".keep")) {
                            foreign.add(Files.writeString(directory.resolve(name), "mine"));
                        }
                        Path folder = Files.createDirectories(directory.resolve("jwks-1.tmp"));
                        Files.writeString(folder.resolve("x"), "mine");
                        areServed(stored);
                        stored.mendUpstream();
                        stored.upstream().jwks().serve(ConnectionChecks.largeKeySet(10));
                        try (StartedGateway gateway = stored.start(Map.of())) {
                            Await.until(
                                    RECOVERY,
                                    "the key set that upstream has now",
                                    () -> stored.getJwks(gateway).text().length() < 200);
                        }
                        for (Path file : foreign) {
                            Expect.holds(
                                    Files.exists(file) && Files.readString(file).equals("mine"),
                                    file + " has been touched");
                        }
                        Expect.holds(Files.exists(folder.resolve("x")), folder + " has been touched");
                    }
                });
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** During an outage, by another process. */
    private static void areServed(StoredDocuments stored) {
        stored.breakUpstream();
        try (StartedGateway gateway = stored.start(Map.of())) {
            stored.answers()
                    .forEach((path, before) -> Expect.that(StoredDocuments.get(gateway, path))
                            .status(200)
                            .body(before.text()));
        }
    }

    private static void ignored(CheckList list) {
        isIgnored(list, Check.Severity.MUST, "cut in half", (stored, file) -> {
            byte[] bytes = stored.read(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        });
        isIgnored(list, Check.Severity.MUST, "emptied", (stored, file) -> Files.write(file, new byte[0]));
        isIgnored(
                list,
                Check.Severity.MUST,
                "overwritten with 5 MB",
                (stored, file) -> Files.write(file, new byte[5_000_000]));
        isIgnored(list, Check.Severity.SHOULD, "damaged in one letter of an issuer or a key", (stored, file) -> {
            String content = new String(stored.read(file), StandardCharsets.ISO_8859_1);
            String damaged = content.replace("\"RSA\"", "\"RSB\"").replace("issuer.example", "issuer.exampla");
            Expect.holds(!damaged.equals(content), "no document is found in " + file.getFileName());
            Files.write(file, damaged.getBytes(StandardCharsets.ISO_8859_1));
        });
        isIgnored(list, Check.Severity.MUST, "replaced by a symbolic link to itself elsewhere", (stored, file) -> {
            Path elsewhere = Files.createDirectories(file.resolveSibling("elsewhere"));
            Files.createSymbolicLink(file, Files.move(file, elsewhere.resolve(file.getFileName())));
        });
        for (String mode : List.of("rw-rw----", "rw----rw-")) {
            isIgnored(list, Check.Severity.MUST, "given the mode " + mode, (stored, file) -> {
                try {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
                } catch (FileSystemException e) {
                    throw new NotObservable("what becomes of a file of another user, which only root can change");
                }
            });
        }
        isIgnored(list, Check.Severity.MUST, "given to another user", (stored, file) -> {
            int owner = (Integer) Files.getAttribute(file, "unix:uid");
            try {
                Files.setAttribute(file, "unix:uid", owner + 1);
            } catch (FileSystemException e) {
                throw new NotObservable("a file that another user owns, which only root can make");
            }
        });
        list.add("3.10", Check.Severity.MUST, "documents of another UPSTREAM_HOST are ignored with a warning", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery());
                    ApiServerStandIn other = ApiServerStandIn.start()) {
                other.jwks().fail(Reply.status(500, "{}"));
                try (StartedGateway gateway = stored.start(other.environment())) {
                    Expect.that(stored.getJwks(gateway)).status(502);
                    stored.warns(gateway);
                }
            }
        });
    }

    /** Does something to a file that a gateway has written. */
    @FunctionalInterface
    private interface Harm {
        void to(StoredDocuments stored, Path file) throws IOException;
    }

    private static void isIgnored(CheckList list, Check.Severity severity, String what, Harm harm) {
        list.add("3.10", severity, "a file that was " + what + " is ignored with a warning", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                try {
                    for (Path file : stored.files()) {
                        harm.to(stored, file);
                    }
                } catch (AccessDeniedException e) {
                    throw new NotObservable("what becomes of a file of another user, which only root can change");
                }
                stored.breakUpstream();
                try (StartedGateway gateway = stored.start(Map.of("HEALTH_MAX_STALE_SECONDS", "3600"))) {
                    for (String path : stored.answers().keySet()) {
                        Expect.that(StoredDocuments.get(gateway, path)).status(502);
                    }
                    Expect.that(StoredDocuments.get(gateway, "/readyz")).status(503);
                    stored.warns(gateway);
                    stored.mendUpstream();
                    Await.until(
                            RECOVERY,
                            "the document, once upstream is back",
                            () -> stored.getJwks(gateway).status() == 200);
                } catch (GatewayDidNotStart e) {
                    throw new AssertionError("each file was " + what + "; " + e.getMessage(), e);
                }
            }
        });
    }

    private static void mistakes(CheckList list) {
        list.add("5", Check.Severity.MUST, "a CACHE_DIR that is missing or a file is refused", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                Path file = stored.files().get(0);
                for (Path wrong : List.of(file, file.resolveSibling("missing"))) {
                    GatewayDidNotStart refusal =
                            ConfigurationChecks.refused(list, Map.of("CACHE_DIR", wrong.toString()));
                    ConfigurationChecks.names(refusal, "CACHE_DIR", wrong.toString());
                }
            }
        });
    }
}
