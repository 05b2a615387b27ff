// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of those certificate authorities that are trusted, as it is now: one TLS context for each content of it. */
final class CaFile {
    private static final Logger LOG = LoggerFactory.getLogger(CaFile.class);
    static final int MAX_BYTES = 1 << 20;

    // RFC 7468, section 2. Text outside of the blocks, for instance a byte order mark, is part of none.
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

    private final Path path;
    private final LastGoodFile<SSLContext> file;

    CaFile(Path path, Executor executor, Duration patience) {
        this.path = path;
        this.file = new LastGoodFile<>("SA_CA_CERT_PATH", path, MAX_BYTES, this::context, executor, patience);
    }

    /** Begins to read the file, so that a fault of it is logged. Does not wait. */
    void probe() {
        file.probe();
    }

    SSLContext get() throws FetchException, InterruptedException {
        SSLContext context = file.read();
        if (context == null) {
            throw new FetchException(Outcome.TLS, "no usable certificate: " + file, null);
        }
        return context;
    }

    private SSLContext context(byte[] pem) throws UnusableException {
        Content content = parse(pem);
        if (!content.skipped.isEmpty()) {
            LOG.warn(
                    "SA_CA_CERT_PATH {} has more than certificates, which is skipped: {}",
                    path,
                    String.join(", ", content.skipped));
        }
        return trusting(content.certificates);
    }

    /** What a CA file has: certificates, at least one, and the names of PEM blocks that are none. */
    record Content(List<X509Certificate> certificates, Set<String> skipped) {}

    static Content parse(byte[] bytes) throws UnusableException {
        String pem = new String(bytes, StandardCharsets.ISO_8859_1);
        List<X509Certificate> certificates = new ArrayList<>();
        Set<String> skipped = new TreeSet<>();
        Matcher begin = BEGIN.matcher(pem);
        for (int at = 0; begin.find(at); ) {
            String label = begin.group(1);
            String end = "-----END " + label + "-----";
            int endAt = pem.indexOf(end, begin.end());
            at = endAt < 0 ? pem.length() : endAt + end.length();
            if (label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE")) {
                certificates.add(certificate(pem.substring(begin.start(), at)));
            } else {
                skipped.add(label);
            }
        }
        if (certificates.isEmpty()) {
            throw new UnusableException("has no PEM certificate");
        }
        return new Content(certificates, skipped);
    }

    private static X509Certificate certificate(String pem) throws UnusableException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (CertificateException e) {
            throw new UnusableException("has a malformed certificate");
        }
    }

    /** A context that trusts these; {@code null} for those that the JDK trusts. */
    static SSLContext trusting(@Nullable List<X509Certificate> certificates) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(certificates == null ? null : store(certificates));
            X509ExtendedTrustManager manager = (X509ExtendedTrustManager) trust.getTrustManagers()[0];
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new ExplainingTrustManager(manager)}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore store(List<X509Certificate> certificates) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (X509Certificate certificate : certificates) {
            trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
        }
        return trusted;
    }
}
