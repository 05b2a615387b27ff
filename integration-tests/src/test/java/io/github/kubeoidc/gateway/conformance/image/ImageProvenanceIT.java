// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.BuiltImage.docker;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image's labels and the statement beside it say of where it comes from. The statement is one of in-toto
 * (<a href="https://in-toto.io/Statement/v1">v1</a>) with provenance of SLSA
 * (<a href="https://slsa.dev/provenance/v1">v1</a>).
 */
@ExtendWith(ClusterExtension.class)
class ImageProvenanceIT {

    private static final Path WRITTEN = Repository.ROOT.resolve("dist/image/target");
    private static final String SBOM = "kube-oidc-gateway.cdx.json";
    private static final String LABEL = "org.opencontainers.image.";

    @TempDir
    private static Path copy;

    private static JsonObject statement;
    private static JsonObject labels;

    @BeforeAll
    static void build() throws Exception {
        BuiltImage.delivery();
        statement = json(Files.readString(WRITTEN.resolve("kube-oidc-gateway.provenance.json")));
        labels = json(inspect(BuiltImage.NAME, "{{json .Config.Labels}}"));
        String container = docker("create", BuiltImage.NAME);
        try {
            docker("cp", container + ":/opt/kube-oidc-gateway", copy.toString());
        } finally {
            docker("rm", container);
        }
    }

    @Test
    void isAStatementOfProvenanceOfThisImage() throws Exception {
        assertThat(string(statement, "_type")).isEqualTo("https://in-toto.io/Statement/v1");
        assertThat(string(statement, "predicateType")).isEqualTo("https://slsa.dev/provenance/v1");
        assertThat(statement.getAsJsonArray("subject")).hasSize(1);
        JsonObject subject = statement.getAsJsonArray("subject").get(0).getAsJsonObject();
        assertThat(string(subject, "name")).isEqualTo(BuiltImage.NAME);
        assertThat("sha256:" + digest(subject, "sha256")).isEqualTo(inspect(BuiltImage.NAME, "{{.Id}}"));
    }

    @Test
    void hasWhatSlsaRequires() {
        assertThat(URI.create(string(definition(), "buildType")).isAbsolute()).isTrue();
        assertThat(string(definition().getAsJsonObject("externalParameters"), "TAG"))
                .isEqualTo(BuiltImage.NAME);
        JsonObject run = predicate().getAsJsonObject("runDetails");
        assertThat(URI.create(string(run.getAsJsonObject("builder"), "id")).isAbsolute())
                .isTrue();
        JsonObject metadata = run.getAsJsonObject("metadata");
        assertThat(Instant.parse(string(metadata, "startedOn")))
                .isBeforeOrEqualTo(Instant.parse(string(metadata, "finishedOn")));
        List<JsonObject> all =
                Stream.concat(dependencies(), byproducts().stream()).toList();
        assertThat(all)
                .isNotEmpty()
                .allSatisfy(resource -> assertThat(
                                resource.getAsJsonObject("digest").toString())
                        .matches("\\{\"(sha256|dirHash)\":\"[0-9a-f]{64}\"}|\\{\"gitCommit\":\"[0-9a-f]{40,64}\"}"));
        assertThat(all).extracting(resource -> string(resource, "name")).doesNotHaveDuplicates();
    }

    @Test
    void namesTheFilesThatTheImageHas() throws Exception {
        Path application = copy.resolve("kube-oidc-gateway");
        Map<String, String> shipped = new TreeMap<>(Map.of(SBOM, sha256(application.resolve(SBOM))));
        digests(application.resolve("lib")).forEach((jar, digest) -> shipped.put("lib/" + jar, digest));
        Map<String, String> named = new TreeMap<>();
        dependencies()
                .filter(resource -> string(resource, "name").matches("lib/.+|" + SBOM))
                .forEach(resource -> named.put(string(resource, "name"), digest(resource, "sha256")));

        assertThat(named).isEqualTo(shipped).hasSizeGreaterThan(1);
        assertThat(WRITTEN.resolve(SBOM)).hasSameBinaryContentAs(application.resolve(SBOM));
        assertThat(byproducts())
                .singleElement()
                .satisfies(archive -> assertThat(digest(archive, "sha256"))
                        .isEqualTo(sha256(application.resolve(string(archive, "name")))));
    }

    @Test
    void hasTheLibrariesOfTheApplicationFolderAndItsBillOfMaterials() throws Exception {
        Path application = Repository.ROOT.resolve("dist/server/target/kube-oidc-gateway");
        Path shipped = copy.resolve("kube-oidc-gateway");
        assertThat(shipped.resolve(SBOM)).hasSameBinaryContentAs(application.resolve(SBOM));
        assertThat(digests(shipped.resolve("lib"))).isNotEmpty().isEqualTo(digests(application.resolve("lib")));
    }

    @Test
    void namesCommitBaseAndJdk() throws Exception {
        String revision = string(labels, LABEL + "revision");
        assertThat(Programs.run(Repository.ROOT, "git", "rev-parse", "HEAD")).isEqualTo(revision);
        assertThat(digest(dependency("source"), "gitCommit")).isEqualTo(revision);

        String base = string(labels, LABEL + "base.name");
        String known = inspect(base, "{{range .RepoDigests}}{{println .}}{{end}}");
        String digest = digest(dependency(base), "sha256");
        assertThat(known.isEmpty() ? inspect(base, "{{.Id}}") : known).contains("sha256:" + digest);

        // On standard output, which comes last.
        Path jdk = Path.of(
                Programs.run(Repository.ROOT, "dist/image/choose-jdk").lines().reduce("", (before, line) -> line));
        assertThat(digest(dependency("jdk"), "dirHash")).isEqualTo(dirHash(jdk));
    }

    /** The annotations of OCI's image specification. What nobody has told the build is left out. */
    @Test
    void theLabelsSayWhatIsKnown() throws Exception {
        String base = string(labels, LABEL + "base.name");
        boolean pulled = !inspect(base, "{{range .RepoDigests}}{{.}}{{end}}").isEmpty();
        boolean published = System.getenv("IMAGE_SOURCE") != null;

        assertThat(labels.keySet())
                .contains(LABEL + "title", LABEL + "description", LABEL + "revision", LABEL + "created")
                .satisfies(names ->
                        assertThat(names.contains(LABEL + "base.digest")).isEqualTo(pulled))
                .satisfies(names -> assertThat(
                                names.containsAll(List.of(LABEL + "source", LABEL + "url", LABEL + "documentation")))
                        .isEqualTo(published));
        assertThat(labels.asMap().values())
                .allSatisfy(value -> assertThat(value.getAsString()).isNotBlank());
        assertThat(string(labels, LABEL + "licenses")).isEqualTo("Apache-2.0");
        assertThat(Instant.parse(string(labels, LABEL + "created"))).isBefore(Instant.now());
        assertThat(copy.resolve("kube-oidc-gateway/lib/gateway-server-" + string(labels, LABEL + "version") + ".jar"))
                .exists();
    }

    private static JsonObject json(String text) {
        return new Gson().fromJson(text, JsonObject.class);
    }

    private static JsonObject predicate() {
        return statement.getAsJsonObject("predicate");
    }

    private static JsonObject definition() {
        return predicate().getAsJsonObject("buildDefinition");
    }

    private static Stream<JsonObject> dependencies() {
        return StreamSupport.stream(
                        definition().getAsJsonArray("resolvedDependencies").spliterator(), false)
                .map(JsonElement::getAsJsonObject);
    }

    private static JsonObject dependency(String name) {
        return dependencies()
                .filter(resource -> string(resource, "name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonObject> byproducts() {
        return predicate().getAsJsonObject("runDetails").getAsJsonArray("byproducts").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static String string(JsonObject object, String name) {
        return object.get(name).getAsString();
    }

    private static String digest(JsonObject resource, String algorithm) {
        return string(resource.getAsJsonObject("digest"), algorithm);
    }

    private static String inspect(String image, String format) {
        return docker("image", "inspect", "--format", format, image);
    }

    /** That of in-toto's digest sets: a digest of the lines that {@code sha256sum} prints of all files, in order. */
    private static String dirHash(Path directory) throws Exception {
        StringBuilder lines = new StringBuilder();
        digests(directory)
                .forEach((name, digest) ->
                        lines.append(digest).append("  ").append(name).append('\n'));
        return hex(MessageDigest.getInstance("SHA-256").digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** The digest of each file below a directory, by its path there. */
    private static Map<String, String> digests(Path directory) throws Exception {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                digests.put(directory.relativize(file).toString(), sha256(file));
            }
        }
        return digests;
    }

    private static String sha256(Path file) throws Exception {
        try (var content = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            content.transferTo(OutputStream.nullOutputStream());
            return hex(content.getMessageDigest().digest());
        }
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
