// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What guards the gateway in the image as it does behind the launcher: which option of Java, which user. */
class ImageOptionsTest {
    /** CONTRACT 1.7 and 6.5. Only their presence shows: nothing in a run that goes well depends on them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-Xss256k",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-Djdk.tls.server.disableExtensions=server_name,status_request,status_request_v2"
            })
    void theImageHasTheLaunchersOption(String option) throws Exception {
        String build = Files.readString(Repository.ROOT.resolve("dist/image/build"));
        String ofTheServer = build.substring(build.indexOf("\nmain='"), build.indexOf("\nprintf '%s\\n%s=%s"));
        assertThat(Files.readString(Repository.ROOT.resolve("dist/server/src/main/bin/kube-oidc-gateway")))
                .contains(option);
        assertThat(ofTheServer).containsPattern("(?m)^(.*[\"'])?" + Pattern.quote(option) + "[\"']?$");
    }

    @Test
    void itRunsAsNobodyWithOneArena() throws Exception {
        assertThat(Files.readString(Repository.ROOT.resolve("dist/image/Dockerfile")))
                .contains("\nENV MALLOC_ARENA_MAX=1\n", "\nUSER 65534:65534\n", "\nSTOPSIGNAL SIGTERM\n");
    }
}
