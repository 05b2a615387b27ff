// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.Metrics;
import io.github.kubeoidc.gateway.api.PublishedKey;
import io.github.kubeoidc.gateway.api.Route;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 9: the metrics by name, label and value. */
class PrometheusMetricsTest {
    private final FakeGateway gateway = new FakeGateway();
    private Metrics metrics;

    @BeforeEach
    void bind() throws Exception {
        // Only the composition declares this for all: the module itself offers the service and does not ask for it.
        PrometheusMetricsTest.class.getModule().addUses(Metrics.Provider.class);
        metrics = ServiceLoader.load(Metrics.Provider.class)
                .findFirst()
                .orElseThrow()
                .bind("127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void everyMetricIsThereFromTheStartThatNeedsNoEvent() throws Exception {
        assertThat(scrape(gateway.embedded()))
                .contains(
                        line("http_request_duration_seconds_count{path=\"/.well-known/openid-configuration\"} 0"),
                        line("http_request_duration_seconds_count{path=\"other\"} 0"),
                        line("clients_refused_total{reason=\"slow\"} 3.0"),
                        line("clients_refused_total{reason=\"memory\"} 0.0"),
                        line("connections 7.0"),
                        line("upstream_fetches_total{document=\"discovery\",outcome=\"ok\"} 0.0"),
                        line("upstream_fetches_total{document=\"jwks\",outcome=\"too_large\"} 0.0"),
                        line("upstream_fetch_duration_seconds_count{document=\"jwks\"} 0"),
                        line("document_served_stale_total{document=\"discovery\"} 0.0"),
                        line("keys_changed_total{change=\"added\"} 0.0"),
                        line("keys_changed_total{change=\"removed\"} 0.0"),
                        line("keys_changed_timestamp_seconds 0.0"),
                        line("log_lines_dropped_total 0.0"),
                        line("build_info{version=\"1.2.3\"} 1"),
                        "\njvm_memory_used_bytes{area=\"heap\"} ",
                        "\njvm_threads_current ",
                        "\njvm_runtime_info{",
                        "\nprocess_cpu_seconds_total ",
                        "\nprocess_start_time_seconds ",
                        "\nprocess_resident_memory_bytes ",
                        "\nprocess_virtual_memory_bytes ",
                        "\nprocess_open_fds ",
                        "\nprocess_max_fds ");
    }

    // "What is not known": a false value would raise alarms, or hide them.
    @Test
    void whatIsNotKnownHasNoValue() throws Exception {
        String text = scrape(gateway.inAServletContainer());

        assertThat(text.lines().filter(line -> !line.startsWith("#")))
                .noneMatch(line -> line.matches(PrometheusMetrics.PREFIX
                        + "(document_age|document_keys|key_info|token_expiry|tls_certificate|connections|clients).*"));
    }

    @Test
    void theStateIsReadForEachScrape() throws Exception {
        gateway.ages.put(DocumentKind.JWKS, Duration.ofMillis(1500));
        gateway.publish(2, new PublishedKey("a", "RSA", "RS256"), new PublishedKey("", "EC", ""));
        gateway.tokenExpiry = Instant.ofEpochSecond(1700000000);
        gateway.certificateExpiry = Instant.ofEpochSecond(1800000000);
        gateway.droppedLogLines = 12;

        assertThat(scrape(gateway.embedded()))
                .contains(
                        line("document_age_seconds{document=\"jwks\"} 1.5"),
                        line("document_keys 2.0"),
                        line("key_info{alg=\"RS256\",kid=\"a\",kty=\"RSA\"} 1"),
                        line("key_info{alg=\"\",kid=\"\",kty=\"EC\"} 1"),
                        line("token_expiry_timestamp_seconds 1.7E9"),
                        line("tls_certificate_expiry_timestamp_seconds 1.8E9"),
                        line("log_lines_dropped_total 12.0"))
                .doesNotContain("document_age_seconds{document=\"discovery\"}");
    }

    @Test
    void requestsAreCountedByPathMethodCodeAndCache() throws Exception {
        metrics.requestEnded(Route.JWKS, "GET", 200, CacheStatus.HIT, 2_000_000);
        metrics.requestEnded(Route.JWKS, "GET", 200, CacheStatus.STALE, 1);
        metrics.requestEnded(Route.DISCOVERY, "HEAD", 304, CacheStatus.MISS, 1);
        metrics.requestEnded(Route.READYZ, "GET", 503, CacheStatus.NONE, 1);

        assertThat(scrape(gateway.embedded()))
                .contains(
                        line(
                                "http_requests_total{cache=\"hit\",code=\"200\",method=\"GET\",path=\"/openid/v1/jwks\"} 1.0"),
                        line(
                                "http_requests_total{cache=\"miss\",code=\"304\",method=\"HEAD\",path=\"/.well-known/openid-configuration\"} 1.0"),
                        line("http_requests_total{cache=\"none\",code=\"503\",method=\"GET\",path=\"/readyz\"} 1.0"),
                        line("document_served_stale_total{document=\"jwks\"} 1.0"),
                        line("document_served_stale_total{document=\"discovery\"} 0.0"),
                        line("http_request_duration_seconds_bucket{path=\"/openid/v1/jwks\",le=\"0.001\"} 1"),
                        line("http_request_duration_seconds_bucket{path=\"/openid/v1/jwks\",le=\"0.005\"} 2"));
    }

    // "`path` is one of the known ones or `other`, `method` likewise"
    @Test
    void whateverClientsSendThereAreFewSeries() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            metrics.requestEnded(Route.OTHER, "M" + i + "\"\n", 404, CacheStatus.NONE, 1);
        }
        metrics.requestEnded(Route.OTHER, "get", 404, CacheStatus.NONE, 1);
        metrics.requestEnded(Route.OTHER, "GET", 404, CacheStatus.NONE, 1);

        assertThat(scrape(gateway.embedded()).lines().filter(line -> line.contains("http_requests_total{")))
                .containsExactly(
                        line("http_requests_total{cache=\"none\",code=\"404\",method=\"GET\",path=\"other\"} 1.0")
                                .strip(),
                        line("http_requests_total{cache=\"none\",code=\"404\",method=\"other\",path=\"other\"} 10001.0")
                                .strip());
    }

    // RFC 9110, section 9.3, and RFC 5789
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
    void aMethodThatIsKnownIsNamed(String method) throws Exception {
        metrics.requestEnded(Route.JWKS, method, 405, CacheStatus.NONE, 1);

        assertThat(scrape(gateway.embedded()))
                .contains(",method=\"" + method + "\",")
                .doesNotContain("\"other\",path");
    }

    @Test
    void fetchesAreCountedByWhatCameOfThem() throws Exception {
        metrics.fetchEnded(DocumentKind.JWKS, null, Duration.ofMillis(30));
        metrics.fetchEnded(DocumentKind.JWKS, Outcome.TIMEOUT, Duration.ofMillis(5020));
        metrics.fetchEnded(DocumentKind.DISCOVERY, Outcome.UNAUTHORIZED, Duration.ofMillis(30));

        assertThat(scrape(gateway.embedded()))
                .contains(
                        line("upstream_fetches_total{document=\"jwks\",outcome=\"ok\"} 1.0"),
                        line("upstream_fetches_total{document=\"jwks\",outcome=\"timeout\"} 1.0"),
                        line("upstream_fetches_total{document=\"discovery\",outcome=\"unauthorized\"} 1.0"),
                        line("upstream_fetch_duration_seconds_bucket{document=\"jwks\",le=\"0.05\"} 1"),
                        // "5" is the default of UPSTREAM_TIMEOUT_SECONDS, which a fetch that hangs exceeds by a little.
                        line("upstream_fetch_duration_seconds_bucket{document=\"jwks\",le=\"5.5\"} 2"),
                        line("upstream_fetch_duration_seconds_count{document=\"jwks\"} 2"));
    }

    @Test
    void keysThatChangeAreCountedAndDated() throws Exception {
        metrics.keysChanged(2, 1);

        String text = scrape(gateway.embedded());
        assertThat(text)
                .contains(
                        line("keys_changed_total{change=\"added\"} 2.0"),
                        line("keys_changed_total{change=\"removed\"} 1.0"));
        assertThat(value(text, PrometheusMetrics.PREFIX + "keys_changed_timestamp_seconds"))
                .isBetween(System.currentTimeMillis() / 1000.0 - 60, System.currentTimeMillis() / 1000.0);
    }

    @Test
    void keysThatAreNamedAlikeOrOddlyAreOneValidSeriesEach() throws Exception {
        String odd = "a\"\\\n\0é\ud800" + "x".repeat(1000);
        gateway.publish(
                5,
                new PublishedKey("a", "RSA", ""),
                new PublishedKey("a", "RSA", ""),
                new PublishedKey(odd, "RSA", ""),
                new PublishedKey(odd + "y", "RSA", ""));

        assertThat(scrape(gateway.embedded())
                        .lines()
                        .filter(line -> line.startsWith(PrometheusMetrics.PREFIX + "key_info")))
                .hasSize(2)
                .allMatch(line -> line.length() < 256 && line.chars().allMatch(c -> c >= ' ' && c < 0x7f));
    }

    /** Nothing of Prometheus is for the whole process: two gateways in one servlet container count for themselves. */
    @Test
    void metricsOfSeveralGatewaysAreApart() throws Exception {
        try (Metrics other = new PrometheusProvider().bind("127.0.0.1", 0)) {
            IntStream.range(0, 3).forEach(i -> other.requestEnded(Route.OTHER, "GET", 404, CacheStatus.NONE, 1));
            other.serve(gateway.embedded());
            assertThat(get(other)).contains("method=\"GET\",path=\"other\"} 3.0");
            assertThat(scrape(gateway.embedded())).doesNotContain("method=\"GET\"");
        }
    }

    @Test
    void theProcessIsInBytesAndSeconds() throws Exception {
        Runtime jvm = Runtime.getRuntime();
        long heap = jvm.totalMemory() - jvm.freeMemory();
        String text = scrape(gateway.embedded());

        assertThat(value(text, "process_resident_memory_bytes"))
                .isGreaterThan(heap)
                .isLessThan(value(text, "process_virtual_memory_bytes"));
        // In seconds: as nanoseconds it would be a milliard and more.
        assertThat(value(text, "process_cpu_seconds_total")).isPositive().isLessThan(1_000_000);
    }

    private static double value(String text, String name) {
        return Double.parseDouble(text.replaceAll("(?s).*\n" + name + " (\\S+)\n.*", "$1"));
    }

    private String scrape(GatewayState state) throws Exception {
        metrics.serve(state);
        return get(metrics);
    }

    private static String get(Metrics port) throws IOException {
        return Wire.exchange(port.uri().getPort(), "GET /metrics HTTP/1.1\r\nHost: gateway\r\n\r\n");
    }

    private static String line(String rest) {
        return "\n" + PrometheusMetrics.PREFIX + rest + "\n";
    }
}
