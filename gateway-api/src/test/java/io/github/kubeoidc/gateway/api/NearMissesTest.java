// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 5: "A variable that is none of these but looks like one … is a WARN at start that names the one that may be meant." */
class NearMissesTest {
    @ParameterizedTest
    @CsvSource({
        "LISTENPORT, LISTEN_PORT",
        "CACHE_TTL, CACHE_TTL_SECONDS",
        "UPSTREAM_URL, UPSTREAM_HOST",
        "listen_port, LISTEN_PORT",
        "Log_Level, LOG_LEVEL",
        "LOG-LEVEL, LOG_LEVEL",
        "LOGLEVEL, LOG_LEVEL",
        "LISTEN_ADDRESS, LISTEN_ADDR",
        "LISTEN_PROT, LISTEN_PORT",
        "LISTEN_PORT_SECONDS, LISTEN_PORT",
        "UPSTREAM_TIMEOUT, UPSTREAM_TIMEOUT_SECONDS",
        "UPSTREAM_TIMEOUT_MS, UPSTREAM_TIMEOUT_SECONDS",
        "UPSTREM_HOST, UPSTREAM_HOST",
        "IDLE_TIMEOUT, IDLE_TIMEOUT_SECONDS",
        "IDLE_TIMEOUT_SECOND, IDLE_TIMEOUT_SECONDS",
        "CLIENT_TTL_SECONDS, CLIENT_CACHE_TTL_SECONDS",
        "JWKS_TTL, JWKS_CLIENT_CACHE_TTL_SECONDS",
        "HEALTH_MAX_STALE, HEALTH_MAX_STALE_SECONDS",
        "SHUTDOWN_DELAY, SHUTDOWN_DELAY_SECONDS",
        "SA_TOKEN, SA_TOKEN_PATH",
        "SA_CA_PATH, SA_CA_CERT_PATH",
        "PRETTY_PRINT, PRETTY_PRINT_JSON",
        "PRETTYPRINTJSON, PRETTY_PRINT_JSON",
        "CACHEDIR, CACHE_DIR",
        "CASH_DIR, CACHE_DIR",
        "TLS_CERT, TLS_CERT_FILE",
        "TLS_KEYFILE, TLS_KEY_FILE",
        "JWKS_URL, JWKS_URI",
        "JWKSURI, JWKS_URI",
        "JWKS_CACHE_TTL, JWKS_CLIENT_CACHE_TTL_SECONDS",
        "JWKS_CLIENT_CACHE, JWKS_CLIENT_CACHE_TTL_SECONDS",
        "EXPECTED_ISSUER_URL, EXPECTED_ISSUER",
        "EXPECTED_ISS, EXPECTED_ISSUER",
        "METRIC_PORT, METRICS_PORT",
        "METRICSPORT, METRICS_PORT",
        "PATHPREFIX, PATH_PREFIX",
        "PATH_PREFIXES, PATH_PREFIX",
        "EXTRA_MEMBERS, DISCOVERY_EXTRA_MEMBERS",
        "DISCOVERY_EXTRA_MEMBER, DISCOVERY_EXTRA_MEMBERS",
        "DISCOVERY_EXTRAS, DISCOVERY_EXTRA_MEMBERS",
        // One word for another that means the same.
        "LISTEN_HOST, LISTEN_ADDR",
        "LISTEN_IP, LISTEN_ADDR",
        "LISTEN_URL, LISTEN_ADDR",
        "LISTEN_PORTS, LISTEN_PORT",
        "UPSTREAM_ADDRESS, UPSTREAM_HOST",
        "UPSTREAM_PORT, UPSTREAM_HOST",
        "UPSTREAM_TOKEN_PATH, SA_TOKEN_PATH",
        "UPSTREAM_CA_CERT_PATH, SA_CA_CERT_PATH",
        "JWK_URL, JWKS_URI",
        "SA_TOKEN_FILE, SA_TOKEN_PATH",
        "TOKEN_FILE, SA_TOKEN_PATH",
        "SA_CA_CRT, SA_CA_CERT_PATH",
        "SA_CA_CERT_FILE, SA_CA_CERT_PATH",
        "SA_CA_CERTIFICATES_PATH, SA_CA_CERT_PATH",
        "CACHE_DIRECTORY, CACHE_DIR",
        "CACHE_PATH, CACHE_DIR",
        "TLS_CRT, TLS_CERT_FILE",
        "TLS_CERT_PATH, TLS_CERT_FILE",
        "TLS_CERTIFICATE, TLS_CERT_FILE",
        "TLS_CERT_CHAIN_FILE, TLS_CERT_FILE",
        "TLS_KEY_PATH, TLS_KEY_FILE",
        "TLS_PRIVATE_KEY, TLS_KEY_FILE",
        "METRICS_HOST, METRICS_PORT",
        "HEALTH_MAX_STALENESS, HEALTH_MAX_STALE_SECONDS",
        "LOGGING_LEVEL, LOG_LEVEL",
        "LOG_FMT, LOG_FORMAT",
        // The unit in place of what is measured, and words in another order.
        "CACHE_SECONDS, CACHE_TTL_SECONDS",
        "IDLE_SECONDS, IDLE_TIMEOUT_SECONDS",
        "UPSTREAM_SECONDS, UPSTREAM_TIMEOUT_SECONDS",
        "JSON_PRETTY_PRINT, PRETTY_PRINT_JSON",
        "ISSUER_EXPECTED, EXPECTED_ISSUER",
        // The gateway's name before its own.
        "GATEWAY_LISTEN_ADDR, LISTEN_ADDR",
        "GATEWAY_CACHE_TTL, CACHE_TTL_SECONDS",
        "KUBE_OIDC_GATEWAY_LISTEN_PORT, LISTEN_PORT",
        "KUBE_OIDC_GATEWAY_JWKS_URL, JWKS_URI",
        "KUBE_UPSTREAM_HOST, UPSTREAM_HOST",
        "OIDC_EXPECTED_ISSUER, EXPECTED_ISSUER"
    })
    void whatLooksLikeAVariableIsToldWithTheOneThatMayBeMeant(String name, String meant) {
        assertThat(GatewayConfig.nearMisses(Map.of(name, "secret")))
                .containsExactly(
                        "the variable " + name + " is none of the gateway's and is ignored: is " + meant + " meant?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "PREFIX",
                "BASE_PATH",
                "ISSUER",
                "DISCOVERY_URL",
                "HOME",
                "HOSTNAME",
                "PWD",
                "OLDPWD",
                "SHLVL",
                "TERM",
                "LANG",
                "LC_ALL",
                "USER",
                "TZ",
                "_",
                "",
                "JAVA_HOME",
                "JAVA_VERSION",
                "JAVA_OPTS",
                "JAVA_TOOL_OPTIONS",
                "JDK_JAVA_OPTIONS",
                "CLASSPATH",
                "CATALINA_HOME",
                "CATALINA_BASE",
                "CATALINA_OPTS",
                "TOMCAT_VERSION",
                "JETTY_HOME",
                "JETTY_BASE",
                "LD_LIBRARY_PATH",
                "MALLOC_ARENA_MAX",
                "SSL_CERT_FILE",
                "SSL_CERT_DIR",
                "TLS_VERSION",
                "XDG_CACHE_HOME",
                "TMPDIR",
                "http_proxy",
                "HTTPS_PROXY",
                "no_proxy",
                "HTTP_PORT",
                "SERVER_PORT",
                "PORT",
                "HOST",
                "POD_NAME",
                "POD_IP",
                "NAMESPACE",
                "LOG_DIR",
                "LOG_FILE",
                "LOG_PATH",
                "CACHE_SIZE",
                "CLIENT_ID",
                "CLIENT_SECRET",
                "HEALTH_PORT",
                "KUBECONFIG",
                "KUBERNETES_PORT",
                "KUBERNETES_SERVICE_HOST",
                "KUBERNETES_SERVICE_PORT",
                "KUBERNETES_SERVICE_PORT_HTTPS",
                "KUBERNETES_PORT_443_TCP",
                "KUBERNETES_PORT_443_TCP_ADDR",
                "KUBE_OIDC_GATEWAY_SERVICE_HOST",
                "KUBE_OIDC_GATEWAY_PORT_8080_TCP_ADDR",
                "KUBE_OIDC_GATEWAY_PORT",
                "LISTEN_PID",
                "LISTEN_FDS",
                "LISTEN_FDNAMES",
                "UPSTREAM",
                "LISTEN",
                "SECONDS",
                "UPSTREAM_SERVICE_HOST",
                "LISTEN_SERVICE_PORT_HTTP",
                "UPSTREAM_API_PORT_6443_TCP",
                "JWKS_CACHE_PORT_80_UDP_PROTO",
                "GIT_BRANCH",
                "CI",
                "EDITOR",
                "PIP_CACHE_DIR",
                "KUBE_OIDC_GATEWAY",
                "KUBE_CONFIG_PATH",
                "OIDC_ISSUER",
                "OIDC_CLIENT_ID",
                "GATEWAY_URL",
                "NODE_EXTRA_CA_CERTS",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "SERVER_NAME"
            })
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
