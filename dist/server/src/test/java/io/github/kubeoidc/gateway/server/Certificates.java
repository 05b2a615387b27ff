// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of servers, with RSA and EC keys, made once with the JDK's keytool; the files that an operator would have. */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    public static final Certificates ALL = make();

    private final KeyStore store;

    private Certificates(KeyStore store) {
        this.store = store;
    }

    private static Certificates make() {
        try {
            Path directory = Files.createTempDirectory("certificates");
            Path file = directory.resolve("all.p12");
            try {
                keytool(file, "ca", "-keyalg", "EC", "-ext", "bc:c");
                keytool(file, "rsa", "-keyalg", "RSA", "-keysize", "2048", "-signer", "ca");
                keytool(file, "ec", "-keyalg", "EC", "-groupname", "secp256r1", "-signer", "ca");
                keytool(file, "ec384", "-keyalg", "EC", "-groupname", "secp384r1", "-signer", "ca");
                keytool(file, "other", "-keyalg", "EC", "-groupname", "secp256r1", "-signer", "ca");
                KeyStore store = KeyStore.getInstance("PKCS12");
                try (InputStream in = Files.newInputStream(file)) {
                    store.load(in, PASSWORD);
                }
                return new Certificates(store);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void keytool(Path file, String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-storetype", "PKCS12"));
        command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-ext", "san=dns:localhost"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", "changeit"));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError(output);
        }
    }

    /** The chain, the server's own certificate first. */
    public String chain(String alias) {
        try {
            StringBuilder pem = new StringBuilder("a comment\n");
            for (var certificate : store.getCertificateChain(alias)) {
                pem.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            return pem.toString();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The key as PKCS#8. */
    public String key(String alias) {
        return pem("PRIVATE KEY", pkcs8(alias));
    }

    /** The key in the form that is older than PKCS#8: what PKCS#8 wraps. */
    public String olderKey(String alias) {
        byte[] pkcs8 = pkcs8(alias);
        ByteBuffer in = ByteBuffer.wrap(pkcs8);
        next(in);
        skip(in);
        skip(in);
        byte[] inner = new byte[next(in)];
        in.get(inner);
        return alias.equals("rsa") ? pem("RSA PRIVATE KEY", inner) : pem("EC PRIVATE KEY", inner);
    }

    private static void skip(ByteBuffer in) {
        int length = next(in);
        in.position(in.position() + length);
    }

    /** The length of the element that begins here. */
    private static int next(ByteBuffer in) {
        in.get();
        int first = in.get() & 0xff;
        return first < 0x80 ? first : first == 0x81 ? in.get() & 0xff : in.getShort() & 0xffff;
    }

    private byte[] pkcs8(String alias) {
        try {
            return store.getKey(alias, PASSWORD).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    /** Trusts the authority that has signed all of them. */
    SSLContext client() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", store.getCertificate("ca"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            TrustManager[] managers = trust.getTrustManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
