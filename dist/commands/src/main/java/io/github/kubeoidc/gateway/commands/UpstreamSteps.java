// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.Renderer;
import io.github.kubeoidc.gateway.upstream.FileProbe;
import io.github.kubeoidc.gateway.upstream.Names;
import io.github.kubeoidc.gateway.upstream.ServerProbe;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps on the way to the API server: token, CA, name, TCP, TLS, status, document. */
final class UpstreamSteps {
    static final String DISCOVERY = DocumentKind.DISCOVERY.path();
    static final String JWKS = DocumentKind.JWKS.path();

    private static final int MAX_TEXT = 256;
    private static final String WHERE = "API server ";

    private final Report report;
    private final GatewayConfig config;
    private final Names names;
    private final boolean isClear;
    private @Nullable String tokenIssuer;

    UpstreamSteps(Report report, GatewayConfig config, Names names) {
        this.report = report;
        this.config = config;
        this.names = names;
        this.isClear = config.upstreamHost().getScheme().equals("http");
    }

    /** The {@code iss} of the gateway's token; {@code null} where it has none. */
    @Nullable
    String tokenIssuer() {
        return tokenIssuer;
    }

    /** Returns the documents as they would be served, by path; those that can be had. */
    Map<String, byte[]> look() {
        boolean hasToken = token();
        List<X509Certificate> authorities = isClear ? List.of() : authorities();
        String unreachable = reach(authorities);
        Map<String, byte[]> documents = new HashMap<>();
        String why = unreachable != null ? unreachable : !hasToken ? "there is no token" : null;
        if (why != null) {
            report.skip("documents", why);
            return documents;
        }
        Renderer renderer = Renderer.of(config);
        ExpectedIssuer expected = new ExpectedIssuer(config.expectedIssuer().orElse(null));
        try (Fetcher fetcher = new Fetcher(config, names)) {
            for (DocumentKind kind : DocumentKind.values()) {
                String step = "document " + kind.path();
                try {
                    Document document = fetcher.fetch(
                            kind,
                            timedOut -> report.warn(
                                    step,
                                    String.valueOf(timedOut.getMessage()),
                                    "one of the addresses does not answer: another one is asked"));
                    if (isExpected(document, expected, step)) {
                        byte[] body = renderer.render(document).body();
                        report.ok(step, "200, valid, " + body.length + " bytes");
                        documents.put(kind.path(), body);
                    }
                } catch (FetchException e) {
                    report.fail(step, String.valueOf(e.getMessage()), advice(e));
                }
            }
        }
        return documents;
    }

    private boolean isExpected(Document document, ExpectedIssuer expected, String step) {
        try {
            expected.accept(document);
            return true;
        } catch (FetchException e) {
            report.fail(
                    step,
                    String.valueOf(e.getMessage()),
                    "the gateway refuses it: correct EXPECTED_ISSUER, or UPSTREAM_HOST if it leads to another cluster");
            return false;
        }
    }

    private static String advice(FetchException failure) {
        return switch (failure.outcome()) {
            case UNAUTHORIZED ->
                "make a new token; it has to be one of this cluster, and its audience the API server's";
            case FORBIDDEN -> "grant get on both paths to the ServiceAccount of the token, by a ClusterRoleBinding";
            case INVALID, TOO_LARGE -> refused(String.valueOf(failure.getMessage()));
            default -> "see what the API server, and what stands before it, says";
        };
    }

    private static String refused(String why) {
        if (why.contains("private member")) {
            return "somebody publishes a private key, and the gateway does not: withdraw that key";
        }
        return "ask it with curl what it sends: "
                + (why.contains("it is not one JSON object")
                        ? "HTML is a proxy's or a login page's"
                        : "the gateway refuses it");
    }

    private boolean token() {
        String step = "token";
        String advice = "mount the ServiceAccount's token there, or name its file with SA_TOKEN_PATH";
        try {
            Claims claims = Claims.of(FileProbe.readToken("SA_TOKEN_PATH", config.tokenPath()));
            if (claims == null) {
                report.warn(step, config.tokenPath() + " holds no JSON Web Token", "is it the right file?");
                return true;
            }
            tokenIssuer = claims.issuer();
            Instant expiry = claims.expiry();
            if (expiry != null && !expiry.isAfter(Instant.now())) {
                report.fail(step, config.tokenPath() + " expired at " + expiry, "make a new one");
            } else {
                report.ok(
                        step,
                        config.tokenPath()
                                + (tokenIssuer == null ? ", no iss" : ", iss " + LogText.escape(tokenIssuer, MAX_TEXT))
                                + (claims.subject() == null
                                        ? ", no sub"
                                        : ", sub " + LogText.escape(claims.subject(), MAX_TEXT))
                                + (claims.audience().isEmpty() ? ", no aud" : ", aud " + audiences(claims))
                                + (expiry == null ? ", never expires" : ", expires at " + expiry));
            }
            return true;
        } catch (FetchException e) {
            report.fail(step, String.valueOf(e.getMessage()), advice);
            return false;
        }
    }

    private static String audiences(Claims claims) {
        return LogText.line(String.join(", ", claims.audience()), MAX_TEXT);
    }

    private @Nullable List<X509Certificate> authorities() {
        try {
            FileProbe.Pem file = FileProbe.readCertificates("SA_CA_CERT_PATH", config.caCertPath());
            List<X509Certificate> all = file.certificates();
            Instant now = Instant.now();
            long expired = all.stream()
                    .filter(authority -> authority.getNotAfter().toInstant().isBefore(now))
                    .count();
            String seen = config.caCertPath() + ", " + all.size()
                    + (all.size() == 1 ? " certificate, " : " certificates, the first is ")
                    + all.get(0).getSubjectX500Principal().getName();
            if (expired > 0) {
                report.warn("CA", seen + ", and " + expired + " expired", "is it the CA of today?");
            }
            if (!file.others().isEmpty()) {
                report.warn(
                        "CA",
                        seen + ", and what is no certificate: " + String.join(", ", file.others()),
                        "take it out: a CA file needs no key, and a private one that came here is to be replaced");
            }
            if (expired == 0 && file.others().isEmpty()) {
                report.ok("CA", seen);
            }
            return all;
        } catch (FetchException e) {
            report.fail(
                    "CA",
                    String.valueOf(e.getMessage()),
                    "mount the cluster's CA there, or name its file with SA_CA_CERT_PATH");
            return null;
        }
    }

    /** Goes to the API server, and returns why it cannot be reached; {@code null} where it can. */
    private @Nullable String reach(@Nullable List<X509Certificate> authorities) {
        ServerProbe probe = new ServerProbe(
                config.upstreamHost(),
                "UPSTREAM_HOST",
                authorities == null ? List.of() : authorities,
                "SA_CA_CERT_PATH",
                config.upstreamTimeout(),
                names);
        boolean isTls = !isClear && authorities != null;
        if (new Reach(report, probe, WHERE).look(isTls) == null) {
            return "the API server could not be reached";
        }
        if (isClear) {
            report.ok(WHERE + "TLS", "none, as UPSTREAM_HOST is an http URL of a loopback address");
        } else if (!isTls) {
            report.skip(WHERE + "TLS", "there is no CA");
            return "there is no CA";
        }
        return null;
    }
}
