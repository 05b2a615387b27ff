// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A CA of this test and the certificate of a gateway at {@code localhost}, as files: for the gateway, for Java, for Node. */
final class Certificates {

    static final String PASSWORD = "changeit";

    private final Path directory;
    private final KeyStore trusted;

    private Certificates(Path directory, KeyStore trusted) {
        this.directory = directory;
        this.trusted = trusted;
    }

    static Certificates in(Path directory) throws Exception {
        Path all = directory.resolve("all.p12");
        keytool(all, "ca", "-ext", "bc:c");
        keytool(all, "gateway", "-signer", "ca", "-ext", "san=dns:localhost");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(all)) {
            store.load(in, PASSWORD.toCharArray());
        }
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : store.getCertificateChain("gateway")) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", store.getCertificate("ca"));
        Certificates certificates = new Certificates(directory, trusted);
        Files.writeString(certificates.chain(), chain);
        Files.writeString(
                certificates.key(),
                pem(
                        "PRIVATE KEY",
                        store.getKey("gateway", PASSWORD.toCharArray()).getEncoded()));
        Files.writeString(
                certificates.ca(), pem("CERTIFICATE", store.getCertificate("ca").getEncoded()));
        try (var out = Files.newOutputStream(certificates.trustStore())) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return certificates;
    }

    /** What {@code TLS_CERT_FILE} is. */
    Path chain() {
        return directory.resolve("tls.crt");
    }

    /** What {@code TLS_KEY_FILE} is. */
    Path key() {
        return directory.resolve("tls.key");
    }

    /** The CA, PEM. */
    Path ca() {
        return directory.resolve("ca.crt");
    }

    /** The CA, PKCS#12. */
    Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** Trusts the CA and nobody else. */
    SSLContext context() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private static void keytool(Path file, String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-storetype", "PKCS12"));
        command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError(output);
        }
    }
}
