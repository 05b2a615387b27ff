// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 6.4: which {@code issuer} and {@code jwks_uri} relying parties cannot use. */
class PublicUrlTest {
    static final List<String> PUBLIC = Texts.of("""
            https://oidc.example  https://oidc.example:8443/clusters/a  https://8.8.8.8/openid/v1/jwks
            https://172.32.0.1  https://[2001:4860:4860::8888]  https://oidc.example.  HTTPS://OIDC.Example
            https://svc.example  https://local.example  https://100.128.0.1  https://198.20.0.1
            https://223.255.255.255  https://[64:ff9b::8.8.8.8]  https://[2002:808:808::1]
            https://oidc.example:65535/openid/v1/jwks?a=b  https://192.169.1.1
            """);

    @ParameterizedTest
    @FieldSource("PUBLIC")
    void whatIsPublicIsFine(String url) {
        assertThat(PublicUrl.problem(url)).isNull();
    }

    static final List<String> NO_HTTPS_URLS = Texts.of("""
            http://oidc.example  oidc.example  kubernetes/serviceaccount  https:  https://  ftp://a.b  https://a b
            https://300.1.1.1  https://[::1  https://[fe80::1%25nosuch]  urn:a:b
            """);

    @ParameterizedTest
    @FieldSource("NO_HTTPS_URLS")
    @ValueSource(strings = {""})
    void whatIsNoHttpsUrlIsNone(String url) {
        assertThat(PublicUrl.problem(url)).isEqualTo("is no https URL");
    }

    static final List<String> INTERNAL = Texts.of("""
            https://kubernetes.default.svc  https://kubernetes.default.svc.cluster.local
            https://kubernetes.default.svc.cluster.local./a  https://KUBERNETES.Default.SVC  https://node.local
            https://localhost:6443  https://kubernetes  https://a.localhost  https://ip-10-0-0-1.ec2.internal
            """);

    @ParameterizedTest
    @FieldSource("INTERNAL")
    void aNameInsideTheClusterIsOne(String url) {
        assertThat(PublicUrl.problem(url)).isEqualTo("is a name inside the cluster");
    }

    static final List<String> PRIVATE = Texts.of("""
            https://10.0.0.7:6443/openid/v1/jwks  https://172.16.0.1  https://172.31.255.255  https://192.168.1.1
            https://127.0.0.1  https://169.254.169.254  https://100.64.0.1  https://100.127.255.255  https://0.0.0.0
            https://0.1.2.3  https://[::1]  https://[fe80::1]  https://[fd00::1]:6443  https://[fc00::1]
            https://[::]  https://[::ffff:10.0.0.1]  https://255.255.255.255  https://224.0.0.1
            https://239.255.255.255  https://240.0.0.1  https://198.18.0.1  https://198.19.255.255
            https://[ff02::1]  https://[::10.0.0.1]  https://[::8.8.8.8]  https://[64:ff9b::10.0.0.1]
            https://[64:ff9b::a9fe:a9fe]  https://[2002:a00:1::1]
            """);

    @ParameterizedTest
    @FieldSource("PRIVATE")
    void aPrivateAddressIsOne(String url) {
        assertThat(PublicUrl.problem(url)).isEqualTo("has a private address");
    }

    @ParameterizedTest
    @CsvSource({
        "https://oidc.example:0/a, has a port that does not exist",
        "https://oidc.example:65536/a, has a port that does not exist",
        "https://oidc.example/a#b, has a fragment",
        "https://user@oidc.example/a, has a user info"
    })
    void whatNobodyFetchesIsTold(String url, String problem) {
        assertThat(PublicUrl.problem(url)).isEqualTo(problem);
    }
}
