// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.Repository;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bills of materials say what is shipped: each library by name, version and hash, and no other. */
class SbomIT {

    private static final String NAME = "kube-oidc-gateway.cdx.json";
    private static final String LIB = "WEB-INF/lib/";
    private static final Path DIST = Repository.ROOT.resolve("dist");
    private static final Path APPLICATION = DIST.resolve("server/target/kube-oidc-gateway");
    private static final Path WAR = DIST.resolve("war/target/kube-oidc-gateway.war");

    @BeforeEach
    void isMade() {
        assumeFalse(
                System.getProperty("maven.mode", "").equals("offline is true"),
                "the plugin that makes it does nothing where Maven is offline");
    }

    @Test
    void saysWhatIsInTheApplicationFolder() throws Exception {
        Map<String, String> libraries = new TreeMap<>();
        try (Stream<Path> jars = Files.walk(APPLICATION.resolve("lib"))) {
            for (Path jar : jars.filter(Files::isRegularFile).toList()) {
                libraries.put(jar.getFileName().toString(), sha256(Files.readAllBytes(jar)));
            }
        }
        assertThat(libraries).isNotEmpty();
        JsonObject sbom = sbom(Files.readString(APPLICATION.resolve(NAME)));
        List<JsonObject> described = components(sbom);
        // What the bill is of is itself a library of the folder; only its hash is not there yet when the bill is made.
        JsonObject server = sbom.getAsJsonObject("metadata").getAsJsonObject("component");
        assertThat(libraries.remove(fileName(server))).isNotNull();
        assertThat(files(described)).isEqualTo(libraries);
    }

    @Test
    void saysWhatIsInTheWar() throws Exception {
        try (ZipFile war = new ZipFile(WAR.toFile())) {
            Map<String, String> libraries = new TreeMap<>();
            for (ZipEntry entry : Collections.list(war.entries())) {
                if (entry.getName().startsWith(LIB) && !entry.isDirectory()) {
                    libraries.put(
                            entry.getName().substring(LIB.length()),
                            sha256(war.getInputStream(entry).readAllBytes()));
                }
            }
            assertThat(libraries).isNotEmpty();
            try (InputStream in = war.getInputStream(war.getEntry("META-INF/" + NAME))) {
                JsonObject sbom = sbom(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                assertThat(files(components(sbom))).isEqualTo(libraries);
            }
        }
    }

    @Test
    void saysNothingThatDiffersFromBuildToBuild() throws Exception {
        String text = Files.readString(APPLICATION.resolve(NAME));
        JsonObject sbom = sbom(text);
        assertThat(sbom.has("serialNumber")).isFalse();
        assertThat(sbom.getAsJsonObject("metadata").has("timestamp")).isFalse();
        assertThat(text).doesNotContain(System.getProperty("user.home"), DIST.toString());
    }

    private static JsonObject sbom(String json) {
        JsonObject sbom = new Gson().fromJson(json, JsonObject.class);
        assertThat(sbom.get("bomFormat").getAsString()).isEqualTo("CycloneDX");
        return sbom;
    }

    private static List<JsonObject> components(JsonObject sbom) {
        return sbom.getAsJsonArray("components").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** The file that each component has to be, and the hash that it has to have. */
    private static Map<String, String> files(List<JsonObject> components) {
        Map<String, String> files = new TreeMap<>();
        components.forEach(
                component -> assertThat(files.put(fileName(component), hash(component.getAsJsonArray("hashes"))))
                        .as("named twice: %s", component.get("purl"))
                        .isNull());
        return files;
    }

    private static String fileName(JsonObject component) {
        return component.get("name").getAsString() + "-"
                + component.get("version").getAsString() + ".jar";
    }

    private static String hash(JsonArray hashes) {
        for (JsonElement hash : hashes) {
            if (hash.getAsJsonObject().get("alg").getAsString().equals("SHA-256")) {
                return hash.getAsJsonObject().get("content").getAsString();
            }
        }
        throw new AssertionError("no SHA-256 among " + hashes);
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
