// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import io.github.kubeoidc.gateway.standin.TlsSecret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * CONTRACT 8.1, as testssl.sh sees it: it finds nothing that is worse than OK or INFO, and where its release gives a grade (3.2
 * and later do), that is A or better.
 */
class TlsScannerIT {

    /**
     * What it looks at, in one run, as each run has to find out first what the server speaks. Left out: {@code -c}, which only
     * says which old browsers connect, and {@code -e}, which lists each suite once more. Neither can find anything that is worse
     * than INFO.
     */
    private static final List<String> CHECKS = List.of(
            "--protocols",
            "--standard",
            "--pfs",
            "--server-preference",
            "--server-defaults",
            "--headers",
            "--grease",
            "--vulnerable");

    /** What shows that all of them have run. */
    private static final List<String> LOOKED_AT = List.of("""
            TLS1_2 TLS1_3 cipherlist_AVERAGE cipher_order cert_chain_of_trust HSTS_time heartbleed
            secure_client_renego LUCKY13 GREASE
            """.split("\\s+"));

    /** Findings that are left out, each with its reason. */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "cert_revocation",
            "the test's CA has no list of what it has revoked, and answers no OCSP",
            "sessionresumption_ticket",
            "its client of TLS 1.3 leaves before the ticket comes, which the scanner takes for a connect problem; TlsTest resumes",
            "sessionresumption_ID",
            "as with tickets");

    /** The scanner, whose command has either of two names. */
    private static final @Nullable Path TESTSSL = Programs.find("testssl", "testssl.sh");

    /** Many times what it takes on two processors with much else to do: it starts thousands of processes. */
    private static final int BOUND_MINUTES = 30;

    private static final Set<String> HARMLESS = Set.of("OK", "INFO");
    private static final Set<String> NOT_FOUND_OUT = Set.of("WARN", "DEBUG");
    private static final int LOOKS = 3;
    private static final String GRADE = "overall_grade";

    @TempDir
    private static Path folder;

    /**
     * What the scanner says of one thing.
     *
     * @param id the name of the thing, which the scanner's releases seldom change
     * @param severity {@code OK}, {@code INFO}, {@code LOW} and worse, or {@code WARN} for what it could not find out
     * @param finding in words
     */
    record Finding(String id, String severity, String finding) {}

    @BeforeAll
    static void isThere() {
        if (TESTSSL == null) {
            Programs.skip("TlsScannerIT needs testssl.sh, on Debian: apt-get install testssl.sh");
        }
    }

    @TestFactory
    @DisplayName("testssl.sh finds nothing")
    Stream<DynamicTest> nothingIsFound() {
        Map<CertificateKeys, Future<List<Finding>>> scans = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(CertificateKeys.values().length);
        for (CertificateKeys keys : CertificateKeys.values()) {
            scans.put(keys, threads.submit(() -> scan(keys)));
        }
        threads.shutdown();
        return scans.entrySet().stream()
                .map(scan -> DynamicTest.dynamicTest(
                        "with a certificate of " + scan.getKey(),
                        () -> judge(scan.getValue().get())));
    }

    private static List<Finding> scan(CertificateKeys keys) throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                TlsSecret secret = TlsSecret.temporary(keys);
                StartedGateway gateway = Launcher.start(Launcher.with(upstream.environment(), secret.environment()))) {
            Path caCert = Files.writeString(folder.resolve(keys + ".pem"), secret.caCert());
            URI document = gateway.baseUri().resolve(ApiServerStandIn.JWKS_PATH);
            return findings(document, caCert);
        }
    }

    /** Looks again where something could not be found out, as on a machine that is too busy. */
    private static List<Finding> findings(URI document, Path caCert) throws Exception {
        List<Finding> findings = List.of();
        for (int look = 0; look < LOOKS; look++) {
            Path own = Files.createTempDirectory(folder, "look");
            findings = look(own, document, caCert);
            if (findings.stream()
                    .filter(finding -> !LEFT_OUT.containsKey(finding.id()))
                    .noneMatch(finding -> NOT_FOUND_OUT.contains(finding.severity()))) {
                return findings;
            }
        }
        return findings;
    }

    /** Looks at a server. The scanner has an empty folder for its files. */
    private static List<Finding> look(Path own, URI server, Path caCert) throws Exception {
        Path report = own.resolve("report.json");
        Path output = own.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(String.valueOf(TESTSSL)));
        command.addAll(CHECKS);
        command.addAll(List.of("--quiet", "--color", "0", "--warnings", "off", "--nodns", "none"));
        command.addAll(List.of("--add-ca", caCert.toString(), "--jsonfile", report.toString(), server.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(own.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // A busy machine is no finding.
        builder.environment().put("HEADER_MAXSLEEP", "60");
        // Nor is a machine whose OpenSSL has no GOST.
        builder.environment().put("NO_ENGINE", "true");
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(BOUND_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("testssl.sh still runs; it wrote " + Files.readString(output));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        // Its status counts what it finds.
        if (!Files.exists(report)) {
            throw new AssertionError("testssl.sh left no report; it wrote " + Files.readString(output));
        }
        return List.of(new Gson().fromJson(Files.readString(report), Finding[].class));
    }

    private static void judge(List<Finding> findings) {
        assertThat(findings).extracting(Finding::id).containsAll(LOOKED_AT);
        assertThat(findings)
                .filteredOn(finding -> !LEFT_OUT.containsKey(finding.id()))
                .filteredOn(finding -> !finding.id().equals(GRADE))
                .filteredOn(finding -> !HARMLESS.contains(finding.severity()))
                .isEmpty();
        // A client's key share of such a group costs it nothing and the gateway many times a curve's time (D(HE)at).
        assertThat(findings)
                .as("groups of finite fields")
                .extracting(Finding::id)
                .doesNotContain("DH_groups");
        assertThat(findings)
                .filteredOn(finding -> finding.id().equals(GRADE))
                .allMatch(finding -> finding.finding().startsWith("A"));
    }
}
