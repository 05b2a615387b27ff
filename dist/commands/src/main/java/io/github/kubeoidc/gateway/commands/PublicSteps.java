// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.upstream.DocumentValidator;
import io.github.kubeoidc.gateway.upstream.Names;
import io.github.kubeoidc.gateway.upstream.ServerProbe;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps of a relying party that fetches both documents through the public address. */
final class PublicSteps {
    /** AWS waits no longer: https://repost.aws/knowledge-center/iam-sts-invalididentitytoken. */
    private static final Duration AWS_BOUND = Duration.ofSeconds(5);

    /** An answer that takes a little longer still tells how long it took. */
    private static final Duration BOUND = AWS_BOUND.plusSeconds(1);

    private static final String WHERE = "public URL ";

    private static final String SLOW =
            "AWS waits 5 s: look at the way to the gateway, and whether it can reach the API server";

    private final Report report;
    private final URI url;
    private final String pathPrefix;
    private final GatewayConfig config;
    private final ServerProbe probe;

    PublicSteps(Report report, URI url, GatewayConfig config, @Nullable List<X509Certificate> trusted, Names names) {
        String configured = config.pathPrefix();
        this.report = report;
        this.url = url;
        this.config = config;
        // An operator may well give the issuer, which has the prefix already.
        this.pathPrefix = url.getRawPath().endsWith(configured) ? "" : configured;
        this.probe = new ServerProbe(
                url,
                "--public-url",
                trusted,
                trusted == null ? "the public trust store" : "--public-ca",
                AWS_BOUND,
                names);
    }

    /** Compares with what upstream has, and returns what is served, by path. */
    Map<String, byte[]> look(Map<String, byte[]> documents) {
        Reach reach = new Reach(report, probe, WHERE);
        InetSocketAddress address = reach.look(true);
        if (address == null) {
            report.skip(WHERE + "documents", "it could not be reached");
            return Map.of();
        }
        reach.version(address, "TLSv1.2");
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
        try {
            ServerProbe.Answer answer = probe.get(address, pathPrefix + kind.path(), BOUND);
            int status = answer.status();
            if (status != 200) {
                String redirect = status / 100 == 3 && status != 304 ? ", a redirect" : "";
                report.fail(step, "status " + status + redirect, advice(status));
                return null;
            }
            PublicHeaders headers = new PublicHeaders(answer.fields());
            String packed = headers.contentEncoding();
            if (!packed.equalsIgnoreCase("identity")) {
                report.fail(
                        step,
                        "Content-Encoding is " + packed + ", which was not asked for",
                        "have the proxy or CDN send it as it is to a client that accepts nothing else");
                return null;
            }
            Document document = DocumentValidator.validate(kind, answer.body());
            String seen = "200, valid, " + answer.body().length + " bytes, "
                    + answer.took().toMillis() + " ms";
            if (answer.took().compareTo(AWS_BOUND) > 0) {
                report.fail(step, seen, SLOW);
            } else {
                report.ok(step, seen);
            }
            headers(headers, kind, step);
            return document.json();
        } catch (FetchException e) {
            report.fail(step, String.valueOf(e.getMessage()), advice(e.outcome()));
            return null;
        }
    }

    private static String advice(Outcome outcome) {
        return switch (outcome) {
            case TIMEOUT -> SLOW;
            case INVALID, TOO_LARGE -> "what answers there is not the gateway";
            default -> "try the same with curl from outside";
        };
    }

    private static String advice(int status) {
        return switch (status) {
            case 401, 403 -> "relying parties have no token: is the gateway there, or the API server itself?";
            case 304 -> "nobody asked whether the document has changed: look at the proxy or CDN";
            case 404 -> "are --public-url and PATH_PREFIX the gateway's, and does the proxy or CDN keep the path?";
            default -> "relying parties take 200 only: look at the proxy or CDN, its paths and its rules";
        };
    }

    private void headers(PublicHeaders headers, DocumentKind kind, String step) {
        Duration longest = kind == DocumentKind.JWKS ? config.jwksClientCacheTtl() : config.clientCacheTtl();
        List<String> changed = headers.changed(longest);
        if (changed.isEmpty()) {
            report.ok(step + " headers", "as the gateway sends them");
        } else {
            report.warn(step + " headers", String.join("; ", changed), "look at the proxy or CDN");
        }
    }
}
