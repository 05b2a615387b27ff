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

/** CONTRACT 5, 2.5, 2.6, 10.1 and 10.2: the variables that are there for relying parties. */
class RelyingPartyVariablesTest {
    static final List<String> JWKS_URIS = Texts.of("""
            https://oidc.example.com/openid/v1/jwks  https://oidc.example.com:8443/a/b?v=1
            https://oidc.example.com:65535/jwks  HTTPS://OIDC.example.com  https://10.0.0.1/jwks
            https://[2001:db8::1]/jwks
            """);

    @ParameterizedTest
    @FieldSource("JWKS_URIS")
    void jwksUriIsAnHttpsUrlThatIsTakenAsItIsWritten(String url) throws Exception {
        assertThat(with("JWKS_URI", url).jwksUri()).contains(url);
    }

    static final List<String> NO_JWKS_URIS = Texts.of("""
            http://oidc.example.com/jwks  oidc.example.com/jwks  //oidc.example.com/jwks  https:oidc.example.com
            https://  https:///jwks  https://a b/jwks  https://oidc.example.com/a b  https://@oidc.example.com/jwks
            https://oidc.example.com:0/jwks  https://oidc.example.com:65536/jwks  https://oidc.example.com:/jwks
            https://oidc.example.com/jwks#1  https://oidc.example.com/jwks#  https://oidc.example.com/clé
            /openid/v1/jwks
            """);

    // 5: "https URL"
    @ParameterizedTest
    @FieldSource("NO_JWKS_URIS")
    @ValueSource(strings = {" https://oidc.example.com/jwks", "https://oidc.example.com/jwks\n"})
    void jwksUriIsNothingElse(String junk) {
        assertRefused("JWKS_URI", junk);
    }

    static final List<String> ISSUERS = Texts.of("""
            https://oidc.example.com  https://oidc.example.com/  https://oidc.example.com/clusters/a
            https://kubernetes.default.svc.cluster.local  http://127.0.0.1:8080
            """);

    @ParameterizedTest
    @FieldSource("ISSUERS")
    void expectedIssuerIsAUrlThatIsTakenAsItIsWritten(String url) throws Exception {
        assertThat(with("EXPECTED_ISSUER", url).expectedIssuer()).contains(url);
    }

    static final List<String> NO_ISSUERS = Texts.of("""
            oidc.example.com  kubernetes/serviceaccount  ftp://oidc.example.com  https://oidc.example.com?a=b
            https://oidc.example.com?  https://oidc.example.com#a
            """);

    @ParameterizedTest
    @FieldSource("NO_ISSUERS")
    @ValueSource(strings = {"https://oidc.example.com/ "})
    void expectedIssuerIsNothingElse(String junk) {
        assertRefused("EXPECTED_ISSUER", junk);
    }

    // 5: "Nothing secret is ever printed, user info in a URL included."
    @ParameterizedTest
    @CsvSource({
        "JWKS_URI, https://jane:s3cret@oidc.example.com/jwks",
        "JWKS_URI, https://s3cret@oidc.example.com",
        "JWKS_URI, http://oidc.example.com/?token=s3cret",
        "EXPECTED_ISSUER, https://jane:s3cret@oidc.example.com",
        "EXPECTED_ISSUER, https://oidc.example.com?s3cret"
    })
    void aRefusedUrlIsShownWithoutItsSecret(String name, String url) {
        assertThatThrownBy(() -> with(name, url))
                .hasMessageContaining(name + "=\"")
                .message()
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/clusters/a", "/A-b._~9/...", "/.well-known", "/openid"})
    void pathPrefixIsAPath(String path) throws Exception {
        assertThat(with("PATH_PREFIX", path).pathPrefix()).isEqualTo(path);
    }

    static final List<String> NO_PREFIXES = Texts.of("""
            /  a  clusters/a  /a/  //  //a  /a//b  /.  /a/..  /../a  /a/./b  /a%2Fb  /%61  /a b  /a;x=1  /a?b  /a#b
            /é  /a*  https://oidc.example.com/a
            """);

    @ParameterizedTest
    @FieldSource("NO_PREFIXES")
    @ValueSource(strings = {"/a\n"})
    void pathPrefixIsNothingElse(String junk) {
        assertRefused("PATH_PREFIX", junk);
    }

    @Test
    void pathPrefixHasAtMost256Characters() throws Exception {
        assertThat(with("PATH_PREFIX", "/" + "a".repeat(255)).pathPrefix()).hasSize(256);
        assertRefused("PATH_PREFIX", "/" + "a".repeat(256));
        assertRefused("PATH_PREFIX", "/a".repeat(60_000));
    }

    // 10.1: "In a WAR the context path does this, and PATH_PREFIX is a configuration error."
    @Test
    void inAServletContainerAPathPrefixIsRefusedAndTheReasonGiven() throws Exception {
        assertThatThrownBy(() ->
                        GatewayConfig.forServletContainer(name -> name.equals("PATH_PREFIX") ? "/clusters/a" : null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("invalid configuration:\n  PATH_PREFIX=\"/clusters/a\": allowed is nothing in a servlet"
                        + " container, as the context path is what stands before all paths there");
        assertThat(GatewayConfig.forServletContainer(name -> name.equals("PATH_PREFIX") ? "" : null)
                        .pathPrefix())
                .isEmpty();
    }

    static final List<String> MEMBERS = Texts.of("""
            {}  {"authorization_endpoint":"https://oidc.example.com/none"}
            {"a":{"issuer":1,"jwks_uri":2},"b":[1e400,-0.0,true,[{}]]}  {"Issuer":1}  {"a":"\\ud83d\\ude00 é"}
            """);

    @ParameterizedTest
    @FieldSource("MEMBERS")
    @ValueSource(strings = {" {\"a\" : null}\n"})
    void extraMembersAreAJsonObject(String json) throws Exception {
        assertThat(with("DISCOVERY_EXTRA_MEMBERS", json).discoveryExtraMembers())
                .contains(json);
    }

    static final List<String> NO_MEMBERS = Texts.of("""
            []  null  "a"  {  {"a"}  {"a":1,}  {a:1}  {'a':1}  {"a":01}  {"a":NaN}  {"a":True}  {"a":1}{}  {"a":1} x
            {"a":1} // why  {"a":1,"a":1}  {"a":1,"\\u0061":1}  {"a":[{"b":1,"b":2}]}  {"a":"\\ud800"}
            {"\\udc00":1}
            """);

    @ParameterizedTest
    @FieldSource("NO_MEMBERS")
    @ValueSource(strings = {" ", "{\"a\":\"\t\"}", "{\"a\":\"\ud800\"}", "\ufeff{\"a\":1}"})
    void extraMembersAreNothingElse(String junk) {
        assertThatThrownBy(() -> with("DISCOVERY_EXTRA_MEMBERS", junk))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("DISCOVERY_EXTRA_MEMBERS=\"")
                .hasMessageContaining("allowed is one JSON object");
    }

    // 10.2: "naming issuer or jwks_uri in it is a configuration error"
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"issuer\":\"https://i.example\"}",
                "{\"a\":1,\"jwks_uri\":\"https://i.example/jwks\"}",
                "{\"issue\\u0072\":null}"
            })
    void extraMembersDoNotNameWhatRelyingPartiesTrust(String json) {
        assertRefused("DISCOVERY_EXTRA_MEMBERS", json);
    }

    // 2.3: "at most 64 levels deep"
    @Test
    void extraMembersHaveTheDepthOfADocumentAndAtMost16KiB() throws Exception {
        assertThat(with("DISCOVERY_EXTRA_MEMBERS", "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}")
                        .discoveryExtraMembers())
                .isPresent();
        assertRefused("DISCOVERY_EXTRA_MEMBERS", "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}");
        assertRefused("DISCOVERY_EXTRA_MEMBERS", "{\"a\":".repeat(20_000));

        int quoted = 16 * 1024 - "{\"a\":\"\"}".length();
        assertThat(with("DISCOVERY_EXTRA_MEMBERS", "{\"a\":\"" + "é".repeat(quoted / 2) + "\"}")
                        .discoveryExtraMembers())
                .isPresent();
        assertRefused("DISCOVERY_EXTRA_MEMBERS", "{\"a\":\"" + "é".repeat(quoted / 2 + 1) + "\"}");
    }

    // 6.4: one line at the start
    @Test
    void writtenOutTheyAreOnOneLineAndCut() throws Exception {
        assertThat(with("DISCOVERY_EXTRA_MEMBERS", "{\n\"a\": 1}").toString())
                .contains(" DISCOVERY_EXTRA_MEMBERS={\\u000a\"a\": 1} ");
        assertThat(with("DISCOVERY_EXTRA_MEMBERS", "{\"a\":\"" + "x".repeat(5000) + "\"}")
                        .toString())
                .contains("xxx… LOG_LEVEL=INFO")
                .hasSizeLessThan(2000);
    }

    private static GatewayConfig with(String variable, String value) throws ConfigurationException {
        return GatewayConfig.from(name -> name.equals(variable) ? value : null);
    }

    private static void assertRefused(String variable, String value) {
        assertThatThrownBy(() -> with(variable, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("invalid configuration:\n  " + variable + "=\"")
                .hasMessageContaining("\": allowed is ");
    }
}
