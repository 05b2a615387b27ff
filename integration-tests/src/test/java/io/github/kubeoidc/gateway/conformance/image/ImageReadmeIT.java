// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.BuiltImage.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command by which the image's page has it run by hand, in front of a stand-in that a {@code kubectl} of ours knows. */
@ExtendWith(ClusterExtension.class)
class ImageReadmeIT {

    private static final Pattern COMMAND = Pattern.compile("(?s)```sh\n(credentials=.*?)```");

    @Test
    void theCommandThatRunsItByHandServesTheDocuments(@TempDir Path folder) throws Exception {
        BuiltImage.delivery();
        String name = "readme-" + UUID.randomUUID();
        Path log = folder.resolve("log");
        try (ApiServerStandIn upstream = ApiServerStandIn.start()) {
            ProcessBuilder builder = new ProcessBuilder("sh", "-euc", command(name))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().merge("PATH", kubectl(folder, upstream) + ":", (path, ours) -> ours + path);
            builder.environment().put("TMPDIR", folder.toString());
            Process run = builder.start();
            try {
                Await.until(
                        Duration.ofSeconds(60),
                        "the issuer in the log",
                        () -> Repository.text(log).contains(ApiServerStandIn.ISSUER) || !run.isAlive());
                assertThat(Repository.text(log))
                        .contains(ApiServerStandIn.ISSUER)
                        .doesNotContain("WARN the", upstream.token());
            } finally {
                // The command hands the signal on to the container.
                run.destroy();
                run.waitFor(60, TimeUnit.SECONDS);
            }
            assertThat(Repository.text(log)).contains("in flight");
        } finally {
            // It is gone already, but for a test that failed.
            String left = docker("ps", "--all", "--quiet", "--filter", "name=" + name);
            if (!left.isEmpty()) {
                docker("rm", "--force", left);
            }
        }
    }

    /** As the page has it, but for the image's name, and for a free port on the host's loopback, where the stand-in is. */
    private static String command(String name) {
        String page = Repository.text(Path.of("dist/image/README.md"));
        Matcher matcher = COMMAND.matcher(page);
        assertThat(matcher.find()).isTrue();
        return replaced(
                replaced(
                        replaced(matcher.group(1), "docker run", "exec docker run --name " + name),
                        "-p 127.0.0.1:8080:8080",
                        "--network host -e LISTEN_ADDR=127.0.0.1 -e LISTEN_PORT=0"),
                "your-registry/kube-oidc-gateway:0.1.0-SNAPSHOT",
                BuiltImage.NAME);
    }

    private static String replaced(String text, String part, String other) {
        assertThat(text).containsOnlyOnce(part);
        return text.replace(part, other);
    }

    private static Path kubectl(Path folder, ApiServerStandIn upstream) throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path kubectl = Files.createFile(
                bin.resolve("kubectl"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(kubectl, """
                #!/bin/sh
                case "$*" in
                    *"create token kube-oidc-gateway"*) cat "%s" ;;
                    *certificate-authority-data*) base64 "%s" ;;
                    *cluster.server*) printf %%s "%s" ;;
                    *) exit 1 ;;
                esac
                """.formatted(
                        upstream.environment().get("SA_TOKEN_PATH"),
                        upstream.environment().get("SA_CA_CERT_PATH"),
                        upstream.environment().get("UPSTREAM_HOST")));
        return bin;
    }
}
