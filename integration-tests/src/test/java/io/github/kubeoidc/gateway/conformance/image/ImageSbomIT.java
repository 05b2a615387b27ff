// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.DockerCommand.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The image has the bill of materials of the application folder, and the libraries that it names. */
@ExtendWith(ClusterExtension.class)
class ImageSbomIT {

    private static final String SBOM = "kube-oidc-gateway.cdx.json";
    private static final Path APPLICATION = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolveSibling("dist/server/target/kube-oidc-gateway");

    @Test
    void hasTheLibrariesOfTheApplicationFolderAndItsBillOfMaterials(@TempDir Path copy) throws Exception {
        BuiltImage.delivery();
        String container = docker("create", BuiltImage.NAME);
        try {
            docker("cp", container + ":/opt/kube-oidc-gateway/" + SBOM, copy.toString());
            docker("cp", container + ":/opt/kube-oidc-gateway/lib", copy.toString());
        } finally {
            docker("rm", container);
        }
        assertThat(copy.resolve(SBOM)).hasSameBinaryContentAs(APPLICATION.resolve(SBOM));
        assertThat(names(copy.resolve("lib"))).isNotEmpty().isEqualTo(names(APPLICATION.resolve("lib")));
        for (String name : names(copy.resolve("lib"))) {
            assertThat(copy.resolve("lib").resolve(name))
                    .hasSameBinaryContentAs(APPLICATION.resolve("lib").resolve(name));
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
