// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and their keys, made with the JDK's keytool. What fails is an {@link AssertionError}. */
public final class Certificates {
    /** Of each store. */
    public static final String PASSWORD = "changeit";

    private static final String STORE = "all.p12";

    private final Path directory;
    private KeyStore store = empty();

    private Certificates(Path directory) {
        this.directory = directory;
    }

    /** None yet. What is made is kept in files in that directory. */
    public static Certificates in(Path directory) {
        return new Certificates(directory);
    }

    /** Those that the operator makes, of which no file is left. */
    public static Certificates inMemory(UnaryOperator<Certificates> maker) {
        return tried(() -> {
            Path directory = Files.createTempDirectory("certificates");
            try {
                return maker.apply(in(directory));
            } finally {
                Files.deleteIfExists(directory.resolve(STORE));
                Files.delete(directory);
            }
        });
    }

    /**
     * Makes one, with a key for ECDSA P-256 and the alias as its name unless the options say otherwise.
     *
     * @param options of {@code keytool -genkeypair}
     */
    public Certificates make(String alias, String... options) {
        Path file = directory.resolve(STORE);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-storetype", "PKCS12"));
        command.addAll(List.of("-alias", alias, "-keystore", file.toString(), "-storepass", PASSWORD));
        if (!List.of(options).contains("-keyalg")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        if (!List.of(options).contains("-dname")) {
            command.addAll(List.of("-dname", "CN=" + alias));
        }
        command.addAll(List.of(options));
        return tried(() -> {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes());
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new AssertionError(output);
            }
            try (InputStream in = Files.newInputStream(file)) {
                store = empty();
                store.load(in, PASSWORD.toCharArray());
            }
            return this;
        });
    }

    /** The certificate alone. */
    public String pem(String alias) {
        return tried(() -> pem("CERTIFICATE", store.getCertificate(alias).getEncoded()));
    }

    /** The chain, the server's own certificate first, with a line before it that is not PEM. */
    public String chain(String alias) {
        return tried(() -> {
            StringBuilder pem = new StringBuilder("a comment\n");
            for (Certificate certificate : store.getCertificateChain(alias)) {
                pem.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            return pem.toString();
        });
    }

    /** The key as PKCS#8. */
    public String key(String alias) {
        return tried(() ->
                pem("PRIVATE KEY", store.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    }

    /** Bytes between the two lines of a label. */
    public static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    /** Writes chain and key, and names the files by the gateway's variables {@code TLS_CERT_FILE} and {@code TLS_KEY_FILE}. */
    public Map<String, String> variables(String alias) {
        return tried(() -> Map.of(
                "TLS_CERT_FILE",
                Files.writeString(directory.resolve("tls.crt"), chain(alias)).toString(),
                "TLS_KEY_FILE",
                Files.writeString(directory.resolve("tls.key"), key(alias)).toString()));
    }

    /** Writes a PKCS#12 store that trusts this one and no other. */
    public Path trustStore(String alias) {
        return tried(() -> {
            Path file = directory.resolve("trust.p12");
            try (OutputStream out = Files.newOutputStream(file)) {
                trusted(alias).store(out, PASSWORD.toCharArray());
            }
            return file;
        });
    }

    /** A client that trusts this one and no other. */
    public SSLContext client(String alias) {
        return tried(() -> {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted(alias));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        });
    }

    /** A server that shows the whole chain. */
    public SSLContext server(String alias) {
        return tried(() -> server(alias, store.getCertificateChain(alias).length));
    }

    /** A server that shows so many certificates of its chain, its own included. */
    public SSLContext server(String alias, int shown) {
        return tried(() -> {
            char[] password = PASSWORD.toCharArray();
            Certificate[] chain = Arrays.copyOf(store.getCertificateChain(alias), shown);
            KeyStore one = empty();
            one.setKeyEntry(alias, store.getKey(alias, password), password, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(one, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        });
    }

    private KeyStore trusted(String alias) throws Exception {
        KeyStore trusted = empty();
        trusted.setCertificateEntry(alias, store.getCertificate(alias));
        return trusted;
    }

    private static KeyStore empty() {
        return tried(() -> {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        });
    }

    private static <T> T tried(Callable<T> call) {
        try {
            return call.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
