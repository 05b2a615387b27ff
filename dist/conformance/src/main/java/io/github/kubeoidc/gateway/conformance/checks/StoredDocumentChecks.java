// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.Check.Severity;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.NotObservable;
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

    static void checks(CheckList list) {
        restarts(list.in("3.10"));
        files(list.in("3.10"));
        volumes(list.in("3.10"));
        ignored(list.in("3.10"));
        list.in("5").must("a CACHE_DIR that is missing or a file is refused", StoredDocuments::by, stored -> {
            Path file = stored.files().get(0);
            for (Path wrong : List.of(file, file.resolveSibling("missing"))) {
                list.refused(Map.of("CACHE_DIR", wrong.toString())).names("CACHE_DIR", wrong.toString());
            }
        });
    }

    private static void restarts(CheckList list) {
        list.must("restarts during an outage lose no document", StoredDocuments::by, stored -> {
            stored.breakUpstream();
            for (int restart = 1; restart <= 2; restart++) {
                try (TestBed bed = stored.start(Map.of())) {
                    stored.areServed(bed);
                }
            }
        });
        list.must("what an earlier process fetched is stale, and fetched anew", StoredDocuments::by, stored -> {
            String next = ConnectionChecks.largeKeySet(10);
            stored.upstream().jwks().serve(next);
            int fetches = stored.upstream().jwks().fetches();
            try (TestBed bed = stored.start(Map.of("CACHE_TTL_SECONDS", "3600"))) {
                bed.awaitJwks(RECOVERY, next);
            }
            Expect.equal(
                    "the number of fetches",
                    fetches + 1,
                    stored.upstream().jwks().fetches());
        });
        list.must("health counts from the fetch of the earlier process", StoredDocuments::by, stored -> {
            TestBed.failBoth(stored.upstream(), Reply.hang());
            try (TestBed bed = stored.start(Map.of("HEALTH_MAX_STALE_SECONDS", "3600"))) {
                Duration time =
                        Concurrently.time(() -> Expect.that(bed.get("/readyz")).status(200));
                Expect.holds(time.toSeconds() < 15, "upstream hangs; health took " + time);
            }
            stored.breakUpstream();
            Await.until(
                    Duration.ofSeconds(10),
                    "the documents to be 5 s old",
                    () -> stored.age().toSeconds() >= 5);
            try (TestBed bed = stored.start(Map.of("HEALTH_MAX_STALE_SECONDS", "5"))) {
                Expect.that(bed.get("/readyz")).status(503);
            }
        });
    }

    private static void files(CheckList list) {
        list.must("the files have mode 0600", StoredDocuments::by, stored -> {
            for (Path file : stored.files()) {
                Expect.equal(
                        "the mode of " + file.getFileName(),
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        });
        list.should("the files do not hold the token", StoredDocuments::by, stored -> {
            for (Path file : stored.files()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                Expect.holds(!content.contains(stored.upstream().token()), file.getFileName() + " holds the token");
            }
        });
        list.should("a directory that goes away takes no document from clients", StoredDocuments::by, stored -> {
            try (TestBed bed = stored.start(EVERY_REQUEST_FETCHES)) {
                stored.removeFiles();
                bed.changeJwks(RECOVERY, ConnectionChecks.largeKeySet(10));
            }
        });
    }

    private static void volumes(CheckList list) {
        list.must(
                "a file that its group may write counts where the directory is that group's",
                StoredDocuments::by,
                stored -> {
                    asRoot(() -> {
                        // What kubelet makes of a volume with fsGroup.
                        Object group = Files.getAttribute(stored.files().get(0), "unix:gid");
                        Files.setAttribute(stored.directory(), "unix:gid", group);
                        allow(stored.directory(), "rwxrwx---");
                        for (Path file : stored.files()) {
                            allow(file, "rw-rw----");
                        }
                    });
                    areServedInAnOutage(stored);
                });
        list.must(
                "files that are not the gateway's own are neither touched nor in its way",
                StoredDocuments::by,
                stored -> {
                    Path folder = Files.createDirectories(stored.directory().resolve("jwks-1.tmp"));
                    List<Path> foreign = new ArrayList<>();
                    for (String name : List.of(
                            "probe-of-mine.tmp", "jwks.tmp", "jwks-x.tmp", "openid.json", ".keep", "jwks-1.tmp/x")) {
                        foreign.add(Files.writeString(stored.directory().resolve(name), "mine"));
                    }
                    areServedInAnOutage(stored);
                    stored.mendUpstream();
                    try (TestBed bed = stored.start(Map.of())) {
                        bed.changeJwks(RECOVERY, ConnectionChecks.largeKeySet(10));
                    }
                    for (Path file : foreign) {
                        Expect.holds(
                                Files.exists(file) && Files.readString(file).equals("mine"),
                                file + " has been touched");
                    }
                });
    }

    private static void areServedInAnOutage(StoredDocuments stored) {
        stored.breakUpstream();
        try (TestBed bed = stored.start(Map.of())) {
            stored.areServed(bed);
        }
    }

    /** Changes files. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    private static void asRoot(Change change) throws IOException {
        try {
            change.make();
        } catch (FileSystemException e) {
            throw notRoot();
        }
    }

    /** What a container has written is another user's. */
    private static NotObservable notRoot() {
        return new NotObservable("what becomes of a file of another user, which only root can change");
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static void ignored(CheckList list) {
        isIgnored(list, Severity.MUST, "cut in half", file -> {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        });
        isIgnored(list, Severity.MUST, "emptied", file -> Files.write(file, new byte[0]));
        isIgnored(list, Severity.MUST, "overwritten with 5 MB", file -> Files.write(file, new byte[5_000_000]));
        isIgnored(list, Severity.SHOULD, "damaged in one letter of an issuer or a key", file -> {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            String damaged = content.replace("\"RSA\"", "\"RSB\"").replace("issuer.example", "issuer.exampla");
            Expect.holds(!damaged.equals(content), "no document is found in " + file.getFileName());
            Files.writeString(file, damaged, StandardCharsets.ISO_8859_1);
        });
        isIgnored(list, Severity.MUST, "replaced by a symbolic link to itself elsewhere", file -> {
            Path elsewhere = Files.createDirectories(file.resolveSibling("elsewhere"));
            Files.createSymbolicLink(file, Files.move(file, elsewhere.resolve(file.getFileName())));
        });
        for (String mode : List.of("rw-rw----", "rw----rw-")) {
            isIgnored(list, Severity.MUST, "given the mode " + mode, file -> asRoot(() -> allow(file, mode)));
        }
        isIgnored(list, Severity.MUST, "given to another user", file -> {
            int owner = (Integer) Files.getAttribute(file, "unix:uid");
            asRoot(() -> Files.setAttribute(file, "unix:uid", owner + 1));
        });
        list.must("documents of another UPSTREAM_HOST are ignored with a warning", StoredDocuments::by, stored -> {
            try (ApiServerStandIn other = ApiServerStandIn.start()) {
                other.jwks().fail(Reply.status(500, "{}"));
                try (TestBed bed = stored.start(other.environment())) {
                    Expect.that(bed.getJwks()).status(502);
                    stored.warns(bed);
                }
            }
        });
    }

    /** Does something to a file that a gateway has written. */
    @FunctionalInterface
    private interface Harm {
        void to(Path file) throws IOException;
    }

    private static void isIgnored(CheckList list, Severity severity, String what, Harm harm) {
        list.own(severity, "a file that was " + what + " is ignored with a warning", StoredDocuments::by, stored -> {
            try {
                for (Path file : stored.files()) {
                    harm.to(file);
                }
            } catch (AccessDeniedException e) {
                throw notRoot();
            }
            stored.breakUpstream();
            try (TestBed bed = stored.start(Map.of("HEALTH_MAX_STALE_SECONDS", "3600"))) {
                stored.areIgnored(bed);
                Expect.that(bed.get("/readyz")).status(503);
                stored.mendUpstream();
                bed.awaitStatus(RECOVERY, ApiServerStandIn.JWKS_PATH, 200);
            } catch (GatewayDidNotStart e) {
                throw new AssertionError("each file was " + what + "; " + e.getMessage(), e);
            }
        });
    }
}
