// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 6.4: "the address listened on". */
class ListeningUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http, 127.0.0.1, http://127.0.0.1:8080",
        "https, gateway.example, https://gateway.example:8080",
        "http, ::, http://[::]:8080",
        "http, [::1], http://[::1]:8080",
        "https, fd00::1, https://[fd00::1]:8080",
        "http, fe80::1%eth0, http://[fe80::1]:8080",
        "http, [fe80::1%br-lan.5_a], http://[fe80::1]:8080",
    })
    void anAddressOfIpv6IsInBracketsAndHasNoZone(String scheme, String address, String url) {
        assertThat(ListeningUrl.of(scheme, address, 8080)).hasToString(url);
    }
}
