// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A root, an intermediate authority below it, and servers below that, made by the JDK's own tool. */
final class TestCertificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path file;

    TestCertificates(Path directory) throws Exception {
        file = directory.resolve("chain.p12");
        make("root", List.of("-ext", "bc:c"));
        make("other", List.of("-ext", "bc:c"));
        make("intermediate", List.of("-signer", "root", "-ext", "bc:c"));
        make("server", List.of("-signer", "intermediate", "-ext", "san=ip:127.0.0.1"));
        make("elsewhere", List.of("-signer", "intermediate", "-ext", "san=dns:elsewhere.example"));
        make(
                "expired",
                List.of("-signer", "intermediate", "-ext", "san=ip:127.0.0.1", "-startdate", "-9d", "-validity", "2"));
    }

    private void make(String name, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD),
                "-dname",
                "CN=" + name));
        command.addAll(more);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0)
                .as(output)
                .isTrue();
    }

    private KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    /**
     * A server that shows a certificate.
     *
     * @param shown how many certificates of its chain it shows, itself included
     */
    SSLContext server(String name, int shown) throws Exception {
        KeyStore all = store();
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, PASSWORD);
        Certificate[] chain = Arrays.copyOf(all.getCertificateChain(name), shown);
        one.setKeyEntry(name, all.getKey(name, PASSWORD), PASSWORD, chain);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(one, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** The certificate of one of them. */
    String pem(String name) throws Exception {
        return pem("CERTIFICATE", store().getCertificate(name).getEncoded());
    }

    /** What nobody may put beside a CA. */
    String privateKey(String name) throws Exception {
        return pem("PRIVATE KEY", store().getKey(name, PASSWORD).getEncoded());
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
                .formatted(label, Base64.getMimeEncoder().encodeToString(content));
    }
}
