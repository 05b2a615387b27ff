// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 5: {@code UPSTREAM_HOST}, which says where the token goes. */
class UpstreamHostTest {
    @ParameterizedTest
    @CsvSource({
        "https://api.example, https://api.example",
        "https://api.example:6443, https://api.example:6443",
        "https://api.example:65535, https://api.example:65535",
        "https://api.example:1, https://api.example:1",
        "HTTPS://API.Example, https://api.example",
        "https://10.0.0.1, https://10.0.0.1",
        "https://[2001:db8::1]:443, https://[2001:db8::1]:443",
        "https://[FE80::1%25enP2p1s0]:6443, https://[fe80::1%25enP2p1s0]:6443",
        // A path prefix is allowed, and the document's path is appended to it.
        "https://api.example/k8s/Clusters/a, https://api.example/k8s/Clusters/a",
        "https://api.example/a%2Fb, https://api.example/a%2Fb",
        "https://api.example/, https://api.example",
        "https://api.example//, https://api.example",
        "https://api.example/a/, https://api.example/a",
        "https://api.example/a//, https://api.example/a",
        "https://api.example/a@b, https://api.example/a@b"
    })
    void anHttpsUrlIsTakenWithoutTheSlashAtItsEnd(String text, String url) throws Exception {
        assertThat(upstreamHost(text)).hasToString(url);
    }

    static final List<String> LOOPBACK = Texts.of("""
            http://127.0.0.1  http://127.0.0.1:8001  http://127.255.255.254  http://localhost:8001  HTTP://LocalHost
            http://[::1]  http://[::1]:8001/a  http://[0:0:0:0:0:0:0:1]
            http://[0000:0000:0000:0000:0000:0000:0000:0001]
            """);

    @ParameterizedTest
    @FieldSource("LOOPBACK")
    void httpIsTakenToALoopbackAddress(String text) throws Exception {
        assertThat(upstreamHost(text)).hasToString(text.toLowerCase());
    }

    static final List<String> NOT_LOOPBACK = Texts.of("""
            http://127.0.0.1.evil.example  http://evil.example/127.0.0.1  http://evil127.0.0.1
            http://localhost.evil.example  http://evil-localhost  http://127.0.0.1.  http://0.0.0.0  http://10.0.0.1
            http://128.0.0.1  http://27.0.0.1  http://127.0.0.256  http://127.1  http://2130706433  http://[::]
            http://[::2]  http://[::11]  http://[1::1]  http://[::1:1]  http://[::ffff:10.0.0.1]
            http://kubernetes.default.svc  http://api.example
            """);

    @ParameterizedTest
    @FieldSource("NOT_LOOPBACK")
    void httpIsRefusedToAnyOther(String text) {
        assertRefusedAs(text, text);
    }

    static final List<String> NO_SERVERS = Texts.of("""
            api.example  //api.example  /api  https:  https://  https:///a  https:api.example  ftp://127.0.0.1
            httpss://api.example  https://api.example:  https://api.example:0  https://api.example:65536
            https://api.example:x  https://api example  https://[::1  https://api_server
            """);

    @ParameterizedTest
    @FieldSource("NO_SERVERS")
    @ValueSource(strings = {" https://api.example"})
    void whatIsNoUrlOfAServerIsRefused(String text) {
        assertRefusedAs(text, text);
    }

    @ParameterizedTest
    @CsvSource({
        "https://name:hidden@api.example, https://***@api.example",
        "https://hidden@api.example:6443/a, https://***@api.example:6443/a",
        "https://@api.example, https://***@api.example",
        "https://name:hidden%40api.example, https://***@api.example",
        "https://name:hidden\uff20api.example, https://***@api.example",
        "https://:hidden@api.example, https://***@api.example",
        "https://name:hid/den@api.example, https://***@api.example",
        "https://name:hid@den@api.example, https://***@api.example",
        "http://name:hidden@127.0.0.1, http://***@127.0.0.1",
        "name:hidden@api.example, ***@api.example",
        "//name:hidden@api.example, ***@api.example",
        "https://api.example?token=hidden, https://api.example?***",
        "https://api.example/?token=hidden, https://api.example/?***",
        "https://api.example#hidden, https://api.example#***",
        "https://api.example?a#hidden, https://api.example?***",
        "https://api.example?, https://api.example",
        "https://api.example#, https://api.example",
        "https://name:hidden@, https://***@",
        "https://name:hidden@api example/, https://***@api example/",
        "https://name:hidden@api.example:99999, https://***@api.example:99999",
        // What is before the @ may be a user info as well as a query.
        "https://name:hid?den@api.example, https://***",
        "https://name:hid#den@api.example, https://***",
        "https://name:hid#den@api.example?hidden, https://***",
        "https://api.example?user=a@b&token=hidden, https://***",
        "https://api.example/#a@b/hidden, https://***",
        "api.example?a@hidden, ***",
        // Of what is before :// only the two that are expected are no secret.
        "HTTPS://name:hidden@api.example, HTTPS://***@api.example",
        "hid://den@api.example, ***@api.example",
        "https://name:hidden@api.example?hidden, https://***@api.example?***",
        "https://name:hidden@api.example#hidden, https://***@api.example#***"
    })
    void userInfoQueryAndFragmentAreRefusedAndNotShown(String text, String shown) {
        assertThatThrownBy(() -> upstreamHost(text))
                .message()
                .doesNotContain("hid")
                .doesNotContain("den");
        String expected = text.endsWith("?") || text.endsWith("#") ? text + "***" : shown;
        assertRefusedAs(text, expected);
    }

    @Test
    void aLineBreakHidesNoLessOfASecret() {
        assertRefusedAs("https://name:hid\nden@api.example", "https://***@api.example");
        assertRefusedAs("https://api.example?hid\nden", "https://api.example?***");
    }

    private static java.net.URI upstreamHost(String text) throws ConfigurationException {
        return GatewayConfig.from(name -> name.equals("UPSTREAM_HOST") ? text : null)
                .upstreamHost();
    }

    private static void assertRefusedAs(String text, String shown) {
        assertThatThrownBy(() -> upstreamHost(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(
                        "invalid configuration:\n  UPSTREAM_HOST=\"" + shown + "\": allowed is an https URL");
    }
}
