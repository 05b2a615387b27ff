// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** CONTRACT 9 on the launcher of the application folder. */
@Execution(ExecutionMode.CONCURRENT)
class MetricsIT {
    static final Path FILES = Repository.ROOT.resolve("dist/kubernetes/chart/kube-oidc-gateway/files");

    private static final String PREFIX = "kube_oidc_gateway_";
    private static final Pattern METRIC = Pattern.compile("\\b(kube_oidc_gateway|jvm|process)_[a-z_]+");
    private static final Pattern EXPRESSION =
            Pattern.compile("\"(?:expr|query|definition)\": *\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\|");
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static ApiServerStandIn upstream;
    private static StartedGateway gateway;
    private static Scrape scrape;
    private static Scrape secureScrape;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start(@TempDir Path certificate) throws Exception {
        upstream = ApiServerStandIn.start();
        gateway = Launcher.start(with("METRICS_PORT", "0"));
        Await.until(BOUND, "both documents", () -> Get.status(gateway, "/readyz") == 200);
        assertThat(Get.status(gateway, "/openid/v1/jwks")).isEqualTo(200);
        assertThat(Get.status(gateway, "/.well-known/openid-configuration")).isEqualTo(200);
        assertThat(Get.status(gateway, "/a\"b")).isIn(400, 404);
        assertThat(status("OPTIONS * HTTP/1.1\r\nHost: gateway\r\n\r\n")).isEqualTo(404);
        assertThat(status("GET ftp://a/openid/v1/jwks HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(400);
        assertThat(status("GET / HTTP/1.1\r\nHost: a\r\n" + "b: c\r\n".repeat(100) + "\r\n"))
                .isEqualTo(431);
        // So that there is one to be counted.
        try (RawHttp open = RawHttp.connect(gateway.baseUri())) {
            open.send("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n");
            open.read();
            scrape = Scrape.of(gateway);
        }
        // The certificate's expiry is there with TLS alone.
        try (StartedGateway secure =
                Launcher.start(Launcher.with(with("METRICS_PORT", "0"), tlsVariables(certificate)))) {
            secureScrape = Scrape.of(secure);
        }
    }

    /** A certificate that is good for a day. */
    static Map<String, String> tlsVariables(Path folder) {
        return Certificates.in(folder)
                .make("server", "-ext", "san=ip:127.0.0.1", "-validity", "1")
                .variables("server");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    @DisplayName("9: these metrics, and those of the JVM beside them")
    void hasExactlyTheMetricsOfThePage() throws IOException {
        Set<String> names = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        (scrape.text() + secureScrape.text())
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .forEach(line -> {
                    String name = line.split(" ")[2];
                    (name.startsWith(PREFIX) ? names : others).add(name.replace(PREFIX, ""));
                });
        String page = Files.readString(Repository.ROOT.resolve("docs/alerts.md"));
        String table = page.substring(page.indexOf("\n## Metrics\n"), page.indexOf("\nBeside them "));
        assertThat(names)
                .hasSize(16)
                .containsExactlyInAnyOrderElementsOf(
                        ROW.matcher(table).results().map(row -> row.group(1)).toList());
        assertThat(others).isNotEmpty().allMatch(name -> name.startsWith("jvm_") || name.startsWith("process_"));
    }

    @Test
    void saysWhatHappened() {
        assertThat(scrape.value(PREFIX + "document_keys")).isEqualTo("1.0");
        assertThat(scrape.value(PREFIX + "connections")).isNotEqualTo("0.0");
        assertThat(scrape.value(PREFIX + "upstream_fetches_total{document=\"jwks\",outcome=\"ok\"}"))
                .isNotEqualTo("0.0");
        assertThat(scrape.text())
                .contains(
                        "http_requests_total{cache=\"hit\",code=\"200\",method=\"GET\",path=\"/openid/v1/jwks\"} 1.0\n",
                        PREFIX + "document_age_seconds{document=\"discovery\"} ",
                        PREFIX + "token_expiry_timestamp_seconds ",
                        PREFIX + "build_info{version=\"")
                .doesNotContain(upstream.token());
    }

    @Test
    @DisplayName("9: what the front door answers is counted as it is logged (6.1)")
    void countsWhatTheApplicationDoesNotSee() {
        String requests = PREFIX + "http_requests_total{cache=\"none\",code=\"%s\",method=\"%s\",path=\"other\"}";
        assertThat(scrape.value(requests.formatted(404, "OPTIONS"))).isEqualTo("1.0");
        assertThat(scrape.value(requests.formatted(400, "GET"))).isEqualTo("1.0");
        assertThat(scrape.value(requests.formatted(431, "GET"))).isEqualTo("1.0");
    }

    @Test
    @DisplayName("9: Prometheus text format, in which promtool finds nothing")
    void promtoolFindsNothing() throws Exception {
        for (Scrape live : List.of(scrape, secureScrape)) {
            assertThat(promtool(folder, live.text(), "check", "metrics")).isEmpty();
        }
    }

    @Test
    @DisplayName("9: never on the public port, which answers 404 as to any path")
    void thePublicPortKnowsNothingOfThem() {
        assertThat(Get.status(gateway, "/metrics")).isEqualTo(404);
        assertThat(Get.from(Scrape.address(gateway), "/openid/v1/jwks").status())
                .isEqualTo(404);
    }

    /** A name that is not there would be an empty panel, or an alert that never comes. */
    @Test
    void everyMetricOfTheDashboardAndOfTheAlertsIsThere() throws Exception {
        List<String> expressions = EXPRESSION
                .matcher(Files.readString(FILES.resolve("dashboard.json")))
                .results()
                .map(expression -> expression.group(1))
                .toList();
        assertThat(expressions).hasSizeGreaterThan(20);
        assertThat(metrics(String.join("\n", expressions)))
                .hasSizeGreaterThan(20)
                .isSubsetOf(names());
        String alerts = Files.readString(FILES.resolve("alerts.yaml")).replaceAll("(?m)^ *#.*$", "");
        assertThat(metrics(alerts)).hasSizeGreaterThan(8).isSubsetOf(names());
    }

    @Test
    void thePagesNameEveryMetric() throws Exception {
        assertThat(Files.readString(Repository.ROOT.resolve("docs/behaviour.md")))
                .contains("METRICS_PORT");
        String alerts = Files.readString(Repository.ROOT.resolve("docs/alerts.md"));
        assertThat(alerts).contains("METRICS_PORT");
        assertThat(names())
                .filteredOn(name -> name.startsWith(PREFIX))
                .map(name -> name.replace(PREFIX, "").replaceAll("_(bucket|sum|count)$", ""))
                .allSatisfy(name -> assertThat(alerts).contains("`" + name + "`"));
    }

    @Test
    void theAlertsAreRaisedByWhatTheyAreForAndByNothingElse() throws Exception {
        Path tests = Repository.ROOT.resolve("integration-tests/src/test/alerts");
        promtool(tests, "", "check", "rules", FILES.resolve("alerts.yaml").toString());
        promtool(tests, "", "test", "rules", "alerts-test.yaml", "alerts-days-test.yaml");
    }

    /** What it says; a status other than 0 is a failure. */
    private static String promtool(Path folder, String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Programs.path("promtool")));
        command.addAll(List.of(arguments));
        Programs.Result result = Programs.run(new ProcessBuilder(command).directory(folder.toFile()), input);
        assertThat(result.status()).as(result.text()).isZero();
        return result.text();
    }

    @Test
    void eachAlertHasATestAndARunbook() throws Exception {
        Path written = Repository.ROOT.resolve("integration-tests/src/test/alerts");
        String tests = Files.readString(written.resolve("alerts-test.yaml"))
                + Files.readString(written.resolve("alerts-days-test.yaml"));
        String runbook = Files.readString(Repository.ROOT.resolve("docs/alerts.md"));
        for (String name : alerts()) {
            assertThat(runbook).contains("\n### " + name + "\n");
            assertThat(tests).contains("#" + name.toLowerCase());
        }
    }

    /** The names of the alerts. */
    static List<String> alerts() throws IOException {
        return Pattern.compile("(?m)- alert: (\\S+)$")
                .matcher(Files.readString(FILES.resolve("alerts.yaml")))
                .results()
                .map(alert -> alert.group(1))
                .toList();
    }

    @Test
    @DisplayName("9: unset costs nothing: no class of the metrics library is loaded")
    void withoutThePortNothingIsLoaded() throws Exception {
        Path on = folder.resolve("on");
        Path off = folder.resolve("off");
        try (StartedGateway unset = Launcher.start(with("JAVA_OPTS", "-Xlog:class+load:file=" + off));
                StartedGateway set =
                        Launcher.start(with("JAVA_OPTS", "-Xlog:class+load:file=" + on, "METRICS_PORT", "0"))) {
            assertThat(Get.status(unset, "/openid/v1/jwks")).isEqualTo(200);
            Scrape.of(set);
            assertThat(unset.log()).noneMatch(line -> line.contains("metrics are at"));
        }
        assertThat(ofMetrics(on)).hasSizeGreaterThan(100);
        assertThat(ofMetrics(off)).isEmpty();
    }

    private static List<String> ofMetrics(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.matches(".*(io\\.prometheus\\.|kubeoidc\\.gateway\\.metrics\\.).*"))
                    .toList();
        }
    }

    @Test
    void clientsThatStayOnThePortTakeNothingFromThePublicOne() throws Exception {
        List<RawHttp> idle = new ArrayList<>();
        try (CommandGateway attacked = (CommandGateway) Launcher.start(with("METRICS_PORT", "0"))) {
            URI metrics = Scrape.address(attacked);
            Scrape.of(attacked);
            long files = files(attacked);
            long threads = attacked.threads();
            for (int i = 0; i < 500; i++) {
                RawHttp client = RawHttp.connect(metrics);
                idle.add(client);
                client.send("GET /metrics HTTP/1.1\r\nX: ");
            }
            assertThat(Get.status(attacked, "/readyz")).isEqualTo(200);
            assertThat(Scrape.of(attacked).text()).contains(PREFIX);
            assertThat(files(attacked) - files).as("files").isLessThan(50);
            assertThat(attacked.threads() - threads).as("threads").isLessThan(10);
        } finally {
            idle.forEach(RawHttp::close);
        }
    }

    @Test
    @DisplayName("7: a port in use: one clear line, status 1")
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Map<String, String> variables = with("METRICS_PORT", "" + taken.getLocalPort());
            assertThatThrownBy(() -> Launcher.start(variables).close())
                    .isInstanceOfSatisfying(GatewayDidNotStart.class, failure -> {
                        assertThat(failure.exitStatus()).hasValue(1);
                        assertThat(failure.errors())
                                .isEqualTo("kube-oidc-gateway: cannot listen on 127.0.0.1 port " + taken.getLocalPort()
                                        + " for metrics: Address already in use\n");
                    });
        }
    }

    private static long files(CommandGateway process) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", "" + process.pid(), "fd"))) {
            return files.count();
        }
    }

    private static int status(String request) {
        return RawHttp.exchange(gateway.baseUri(), request).status();
    }

    /** All names, those included that one of the two has no value for. */
    private static Set<String> names() {
        Set<String> names = new TreeSet<>(scrape.names());
        names.addAll(secureScrape.names());
        return names;
    }

    private static Map<String, String> with(String... variables) {
        return Launcher.with(upstream.environment(), variables);
    }

    private static Set<String> metrics(String text) {
        return METRIC.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}
