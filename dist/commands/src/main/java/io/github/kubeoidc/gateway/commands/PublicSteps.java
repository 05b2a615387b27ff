// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.upstream.DocumentValidator;
import io.github.kubeoidc.gateway.upstream.ServerProbe;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/** The steps of a relying party that fetches both documents through the public address. */
final class PublicSteps {
    /** AWS waits no longer: https://repost.aws/knowledge-center/iam-sts-invalididentitytoken. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** An answer that takes a little longer still tells how long it took. */
    private static final Duration BOUND = PATIENCE.plusSeconds(1);

    private static final String WHERE = "public URL ";

    private static final String SLOW =
            "AWS waits 5 s: look at the way to the gateway, and whether it can reach the API server";

    private final Report report;
    private final URI url;
    private final String pathPrefix;
    private final GatewayConfig config;
    private final ServerProbe probe;

    PublicSteps(Report report, URI url, GatewayConfig config, @Nullable List<X509Certificate> trusted) {
        String configured = config.pathPrefix();
        this.report = report;
        this.url = url;
        this.config = config;
        // An operator may well give the issuer, which has the prefix already.
        this.pathPrefix = url.getRawPath().endsWith(configured) ? "" : configured;
        this.probe = new ServerProbe(
                url, "--public-url", trusted, trusted == null ? "the public trust store" : "--public-ca", PATIENCE);
    }

    /** Compares with what upstream has, and returns what is served, by path. */
    Map<String, byte[]> look(Map<String, byte[]> documents) {
        UpstreamSteps.Reach reach = new UpstreamSteps.Reach(report, probe, WHERE);
        InetSocketAddress address = reach.connect();
        if (address == null || reach.handshake(address) == null) {
            report.skip(WHERE + "documents", "it could not be reached");
            return Map.of();
        }
        reach.handshake(address, "TLSv1.2");
        PublicDocuments looking = new PublicDocuments(report, WHERE, url + pathPrefix);
        Map<String, byte[]> served = new HashMap<>();
        for (DocumentKind kind : DocumentKind.values()) {
            byte[] body = fetch(kind, step(kind), address);
            if (body != null) {
                served.put(kind.path(), body);
                looking.compare(step(kind) + " content", kind, body, documents.get(kind.path()));
            }
        }
        byte[] discovery = served.get(DocumentKind.DISCOVERY.path());
        if (discovery != null) {
            looking.look(discovery);
        }
        return served;
    }

    private String step(DocumentKind kind) {
        return WHERE + pathPrefix + kind.path();
    }

    private byte @Nullable [] fetch(DocumentKind kind, String step, InetSocketAddress address) {
        long begun = System.nanoTime();
        try {
            HttpsURLConnection connection = (HttpsURLConnection)
                    URI.create(url + pathPrefix + kind.path()).toURL().openConnection(Proxy.NO_PROXY);
            connection.setSSLSocketFactory(new OneAddress(probe.tls().getSocketFactory(), address, BOUND));
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setConnectTimeout((int) PATIENCE.toMillis());
            connection.setReadTimeout((int) PATIENCE.toMillis());
            connection.setRequestProperty("Accept", "application/json");
            try {
                int status = connection.getResponseCode();
                if (status == -1) {
                    report.fail(step, "what answers there speaks no HTTP", "look at the proxy or CDN");
                    return null;
                }
                if (status > 101 && status < 200) {
                    // Java 17 takes for the last answer what comes before it, and keeps the last one to itself.
                    report.warn(
                            step,
                            "status " + status + " comes before the answer, and this Java reads no further",
                            "try again with a newer one: Java 25 reads on");
                    return null;
                }
                if (status != 200) {
                    report.fail(
                            step,
                            "status " + status + (status / 100 == 3 && status != 304 ? ", a redirect" : ""),
                            advice(status));
                    return null;
                }
                byte[] body = body(connection);
                long length = connection.getContentLengthLong();
                if (body.length > Document.MAX_BYTES) {
                    report.fail(
                            step,
                            "more than " + Document.MAX_BYTES + " bytes",
                            "what answers there is not the gateway");
                    return null;
                }
                if (length >= 0 && length != body.length) {
                    // Java 25 says so by itself.
                    throw new EOFException();
                }
                String packed = connection.getContentEncoding();
                if (packed != null && !packed.equalsIgnoreCase("identity")) {
                    report.fail(
                            step,
                            "Content-Encoding is " + packed + ", which was not asked for",
                            "have the proxy or CDN send it as it is to a client that accepts nothing else");
                    return null;
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                Document document = DocumentValidator.validate(kind, body);
                String seen = "200, valid, " + body.length + " bytes, " + millis + " ms";
                if (millis > PATIENCE.toMillis()) {
                    report.fail(step, seen, SLOW);
                } else {
                    report.ok(step, seen);
                }
                headers(connection, kind, step);
                return document.json();
            } finally {
                connection.disconnect();
            }
        } catch (StackOverflowError e) {
            // The JDK's client calls itself for each answer of status 1xx.
            report.fail(step, "sends answers of status 1xx without end", "look at the proxy or CDN");
        } catch (IOException e) {
            boolean isLate = System.nanoTime() - begun >= BOUND.toNanos();
            FetchException why = probe.explain(isLate ? new SocketTimeoutException() : e);
            report.fail(
                    step,
                    String.valueOf(why.getMessage()),
                    why.outcome() == Outcome.TIMEOUT ? SLOW : "try the same with curl from outside");
        } catch (FetchException e) {
            report.fail(step, String.valueOf(e.getMessage()), "what answers there is not the gateway");
        }
        return null;
    }

    private static String advice(int status) {
        return switch (status) {
            case 401, 403 -> "relying parties have no token: is the gateway there, or the API server itself?";
            case 304 -> "nobody asked whether the document has changed: look at the proxy or CDN";
            case 404 -> "are --public-url and PATH_PREFIX the gateway's, and does the proxy or CDN keep the path?";
            default -> "relying parties take 200 only: look at the proxy or CDN, its paths and its rules";
        };
    }

    private static byte[] body(HttpsURLConnection connection) throws IOException {
        try (InputStream in = connection.getInputStream()) {
            // One more than is valid: then it is cut, and no JSON any more.
            return in.readNBytes(Document.MAX_BYTES + 1);
        }
    }

    private void headers(HttpsURLConnection connection, DocumentKind kind, String step) {
        Duration longest = kind == DocumentKind.JWKS ? config.jwksClientCacheTtl() : config.clientCacheTtl();
        List<String> changed = new PublicHeaders(connection.getHeaderFields()).changed(longest);
        if (changed.isEmpty()) {
            report.ok(step + " headers", "as the gateway sends them");
        } else {
            report.warn(step + " headers", String.join("; ", changed), "look at the proxy or CDN");
        }
    }
}
