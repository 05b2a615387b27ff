// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page {@code docs/roll-out.md}, whose configurations of proxies are the ones that are tried. */
final class RollOutPage {

    private static final Path PAGE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("docs/roll-out.md");

    /** Where the page's gateways are. */
    private static final List<String> GATEWAYS = List.of("192.0.2.11:8080", "192.0.2.12:8080");

    private RollOutPage() {}

    /**
     * The page's configuration of a proxy, word for word but for the addresses.
     *
     * @param port where the proxy listens in place of the page's port, on loopback
     * @param gateways the two that it is in front of
     */
    static String configuration(Proxy.Kind kind, int port, List<URI> gateways) throws IOException {
        boolean isNginx = kind == Proxy.Kind.NGINX;
        String fence = "```" + (isNginx ? "nginx" : "haproxy");
        Matcher block = Pattern.compile(fence + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as("%s has a block %s", PAGE, fence).isTrue();
        String text = block.group(1);
        for (int i = 0; i < GATEWAYS.size(); i++) {
            text = replaced(text, GATEWAYS.get(i), gateways.get(i).getAuthority());
        }
        return isNginx
                ? replaced(text, "listen 8080;", "listen 127.0.0.1:" + port + ";")
                : replaced(text, "bind :8080", "bind 127.0.0.1:" + port);
    }

    private static String replaced(String text, String address, String by) {
        assertThat(text).containsOnlyOnce(address);
        return text.replace(address, by);
    }
}
