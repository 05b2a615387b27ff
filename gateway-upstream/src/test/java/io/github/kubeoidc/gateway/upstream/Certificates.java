// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority, certificates of servers by it, and one that it knows nothing of, made with the JDK's keytool. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String LOOPBACK = "san=ip:127.0.0.1,dns:localhost";

    private final Path file;
    private final KeyStore all = KeyStore.getInstance("PKCS12");

    private Certificates(Path directory) throws GeneralSecurityException, IOException, InterruptedException {
        file = directory.resolve("all.p12");
        make("ca", "-ext", "bc:c");
        make("good", "-signer", "ca", "-ext", LOOPBACK);
        make("other", "-ext", "bc:c", "-ext", LOOPBACK);
        make("expired", "-signer", "ca", "-ext", LOOPBACK, "-startdate", "-10d", "-validity", "5");
        make("client", "-signer", "ca", "-ext", LOOPBACK, "-ext", "eku=clientAuth");
        make("dotted", "-signer", "ca", "-ext", "san=dns:localhost,ip:::1");
        make("forged", "-ext", "bc:c", "-dname", "CN=a b" + "c".repeat(300));
        make("misnamed", "-signer", "ca", "-ext", "san=dns:kubernetes.example");
        try (InputStream in = Files.newInputStream(file)) {
            all.load(in, PASSWORD);
        }
    }

    static Certificates in(Path directory) {
        try {
            return new Certificates(directory);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void make(String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of("-alias", alias, "-keyalg", "EC", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", new String(PASSWORD)));
        if (!List.of(more).contains("-dname")) {
            command.addAll(List.of("-dname", "CN=" + alias));
        }
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError(output);
        }
    }

    String pem(String alias) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(all.getCertificate(alias).getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Sockets of a server that has this certificate. */
    ServerSocketFactory sockets(String alias) {
        try {
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, all.getCertificateChain(alias));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context.getServerSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
