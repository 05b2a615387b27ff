// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options for Java that nothing reads are told; what the launcher does about them is in {@link LauncherTest}. */
class JavaOptionsTest {

    @Test
    void theSentenceNamesTheVariableThatWorksAndShowsNoValue() {
        assertThat(JavaOptions.unread(Map.of("JAVA_OPTS", "-Dpassword=secret")))
                .hasValueSatisfying(sentence -> assertThat(sentence)
                        .contains("JAVA_OPTS", "_JAVA_OPTIONS")
                        .doesNotContain("secret", "\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "JAVA_OPTS, ''",
        "JAVA_OPTS, ' '",
        "_JAVA_OPTIONS, -Xmx30m",
        "JDK_JAVA_OPTIONS, -Xmx30m",
        "JAVA_TOOL_OPTIONS, -Xmx30m",
        "CATALINA_OPTS, -Xmx30m"
    })
    void whatIsEmptyOrReadIsNotTold(String name, String value) {
        assertThat(JavaOptions.unread(Map.of(name, value))).isEmpty();
    }
}
