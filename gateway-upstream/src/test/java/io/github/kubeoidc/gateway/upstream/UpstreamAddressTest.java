// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.kubeoidc.gateway.testsupport.Loopback;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 2.1: "every address that the host's name has", with its zone where it has one. */
class UpstreamAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "fd00::1, fd00:0:0:0:0:0:0:1",
        "::1%lo, 0:0:0:0:0:0:0:1%lo",
        "fe80::1%1, fe80:0:0:0:0:0:0:1%1",
    })
    void anAddressStaysWhatItIs(String found, String shown) throws Exception {
        assumeThat(!found.equals("::1%lo") || Loopback.hasIpV6())
                .as("**** SKIPPED: this machine has no IPv6 ****")
                .isTrue();
        UpstreamAddress upstream = new UpstreamAddress(
                URI.create("https://api.example:6443"),
                Duration.ofSeconds(30),
                host -> new InetAddress[] {InetAddress.getByName(found)},
                Runnable::run);

        assertThat(upstream.resolve())
                .singleElement()
                .extracting(
                        InetSocketAddress::getHostString,
                        address -> address.getAddress().getHostAddress())
                .containsExactly("api.example", shown);
    }
}
