// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EmptySource;
import org.junit.jupiter.params.provider.FieldSource;

/** CONTRACT 5: "A variable that is none of these but looks like one … is a WARN at start that names the one that may be meant." */
class NearMissesTest {
    /** A letter left out or changed, another case, a word less, one that means the same, the gateway's name before its own. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LISTEN_ADDR | LISTEN_ADDRESS LISTEN_HOST LISTEN_IP LISTEN_URL GATEWAY_LISTEN_ADDR
            LISTEN_PORT | LISTENPORT listen_port LISTEN_PROT LISTEN_PORT_SECONDS LISTEN_PORTS \
                KUBE_OIDC_GATEWAY_LISTEN_PORT
            IDLE_TIMEOUT_SECONDS | IDLE_TIMEOUT IDLE_TIMEOUT_SECOND IDLE_SECONDS
            UPSTREAM_HOST | UPSTREAM_URL UPSTREM_HOST UPSTREAM_ADDRESS UPSTREAM_PORT KUBE_UPSTREAM_HOST
            UPSTREAM_TIMEOUT_SECONDS | UPSTREAM_TIMEOUT UPSTREAM_TIMEOUT_MS UPSTREAM_SECONDS
            CACHE_TTL_SECONDS | CACHE_TTL CACHE_SECONDS GATEWAY_CACHE_TTL
            CLIENT_CACHE_TTL_SECONDS | CLIENT_TTL_SECONDS
            JWKS_CLIENT_CACHE_TTL_SECONDS | JWKS_TTL JWKS_CACHE_TTL JWKS_CLIENT_CACHE
            PRETTY_PRINT_JSON | PRETTY_PRINT PRETTYPRINTJSON JSON_PRETTY_PRINT
            SA_TOKEN_PATH | SA_TOKEN UPSTREAM_TOKEN_PATH SA_TOKEN_FILE TOKEN_FILE
            SA_CA_CERT_PATH | SA_CA_PATH UPSTREAM_CA_CERT_PATH SA_CA_CRT SA_CA_CERT_FILE SA_CA_CERTIFICATES_PATH
            SHUTDOWN_DELAY_SECONDS | SHUTDOWN_DELAY
            JWKS_URI | JWKS_URL JWKSURI JWK_URL KUBE_OIDC_GATEWAY_JWKS_URL
            EXPECTED_ISSUER | EXPECTED_ISSUER_URL EXPECTED_ISS ISSUER_EXPECTED OIDC_EXPECTED_ISSUER
            HEALTH_MAX_STALE_SECONDS | HEALTH_MAX_STALE HEALTH_MAX_STALENESS
            CACHE_DIR | CACHEDIR CASH_DIR CACHE_DIRECTORY CACHE_PATH
            TLS_CERT_FILE | TLS_CERT TLS_CRT TLS_CERT_PATH TLS_CERTIFICATE TLS_CERT_CHAIN_FILE
            TLS_KEY_FILE | TLS_KEYFILE TLS_KEY_PATH TLS_PRIVATE_KEY
            METRICS_PORT | METRIC_PORT METRICSPORT METRICS_HOST
            PATH_PREFIX | PATHPREFIX PATH_PREFIXES
            DISCOVERY_EXTRA_MEMBERS | EXTRA_MEMBERS DISCOVERY_EXTRA_MEMBER DISCOVERY_EXTRAS
            LOG_LEVEL | Log_Level LOG-LEVEL LOGLEVEL LOGGING_LEVEL
            LOG_FORMAT | LOG_FMT
            """)
    void whatLooksLikeAVariableIsToldWithTheOneThatMayBeMeant(String meant, String names) {
        for (String name : names.split(" +")) {
            assertThat(GatewayConfig.nearMisses(Map.of(name, "secret")))
                    .containsExactly("the variable " + name + " is none of the gateway's and is ignored: is " + meant
                            + " meant?");
        }
    }

    static final List<String> COMMON_IN_CONTAINERS = List.of("""
            PATH PREFIX BASE_PATH ISSUER DISCOVERY_URL HOME HOSTNAME PWD OLDPWD SHLVL TERM LANG LC_ALL USER TZ _
            JAVA_HOME JAVA_VERSION JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS CLASSPATH CATALINA_HOME
            CATALINA_BASE CATALINA_OPTS TOMCAT_VERSION JETTY_HOME JETTY_BASE LD_LIBRARY_PATH MALLOC_ARENA_MAX
            SSL_CERT_FILE SSL_CERT_DIR TLS_VERSION XDG_CACHE_HOME TMPDIR http_proxy HTTPS_PROXY no_proxy HTTP_PORT
            SERVER_PORT PORT HOST POD_NAME POD_IP NAMESPACE LOG_DIR LOG_FILE LOG_PATH CACHE_SIZE CLIENT_ID
            CLIENT_SECRET HEALTH_PORT KUBECONFIG KUBERNETES_PORT KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT
            KUBERNETES_SERVICE_PORT_HTTPS KUBERNETES_PORT_443_TCP KUBERNETES_PORT_443_TCP_ADDR
            KUBE_OIDC_GATEWAY_SERVICE_HOST KUBE_OIDC_GATEWAY_PORT_8080_TCP_ADDR KUBE_OIDC_GATEWAY_PORT LISTEN_PID
            LISTEN_FDS LISTEN_FDNAMES UPSTREAM LISTEN SECONDS UPSTREAM_SERVICE_HOST LISTEN_SERVICE_PORT_HTTP
            UPSTREAM_API_PORT_6443_TCP JWKS_CACHE_PORT_80_UDP_PROTO GIT_BRANCH CI EDITOR PIP_CACHE_DIR
            KUBE_OIDC_GATEWAY KUBE_CONFIG_PATH OIDC_ISSUER OIDC_CLIENT_ID GATEWAY_URL NODE_EXTRA_CA_CERTS
            AWS_WEB_IDENTITY_TOKEN_FILE SERVER_NAME
            """.split("\\s"));

    @ParameterizedTest
    @EmptySource
    @FieldSource("COMMON_IN_CONTAINERS")
    void noWarningForWhatIsCommonInContainers(String name) {
        assertThat(GatewayConfig.nearMisses(Map.of(name, "x"))).isEmpty();
    }

    /** Kubernetes sets NAME_PORT for a Service that is called so. */
    @Test
    void noWarningForTheLinkToAService() {
        assertThat(GatewayConfig.nearMisses(Map.of("LISTENER_PORT", "tcp://10.0.0.7:80")))
                .isEmpty();
        assertThat(GatewayConfig.nearMisses(Map.of("LISTENER_PORT", "80"))).hasSize(1);
    }

    @Test
    void whatIsTheGatewaysOwnIsFine() {
        assertThat(GatewayConfig.nearMisses(Map.of("LISTEN_PORT", "1", "CACHE_TTL_SECONDS", "2")))
                .isEmpty();
    }

    @Test
    void namesAreInOrderAndForgeNoLine() {
        assertThat(GatewayConfig.nearMisses(Map.of("UPSTREAM_A\nB", "", "CACHEDIR", "")))
                .hasSize(2)
                .satisfies(sentences -> assertThat(sentences.get(0)).contains("CACHEDIR"))
                .noneMatch(sentence -> sentence.contains("\n"));
    }
}
