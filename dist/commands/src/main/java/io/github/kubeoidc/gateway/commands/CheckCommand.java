// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.WebUrl;
import io.github.kubeoidc.gateway.upstream.FileProbe;
import io.github.kubeoidc.gateway.upstream.Names;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells an operator, one step after the other, why federation does not work (CONTRACT 11). */
final class CheckCommand {
    static final String ALLOWED =
            "[--public-url URL] [--public-ca FILE] [--token FILE] [--relying-party NAME]... [--json]";

    private final @Nullable URI publicUrl;
    private final @Nullable Path publicCa;
    private final @Nullable Path token;
    private final List<String> relyingParties;
    private final boolean json;

    private CheckCommand(Options options) throws UsageException {
        publicUrl = url(options.one("--public-url"));
        publicCa = file("--public-ca", options.one("--public-ca"));
        token = file("--token", options.one("--token"));
        relyingParties = options.all("--relying-party");
        json = options.has("--json");
        if (publicCa != null && publicUrl == null) {
            throw new UsageException("--public-ca without --public-url; allowed is both, or --public-url alone");
        }
        for (String name : relyingParties) {
            if (!Demand.relyingParties().contains(name)) {
                throw new UsageException("--relying-party " + Options.shown(name) + " is not known; allowed is "
                        + String.join(", ", Demand.relyingParties()));
            }
        }
    }

    static CheckCommand read(List<String> arguments) throws UsageException {
        return new CheckCommand(Options.read(
                arguments,
                Set.of("--public-url", "--public-ca", "--token", "--relying-party"),
                Set.of("--json"),
                ALLOWED));
    }

    private static @Nullable URI url(@Nullable String text) throws UsageException {
        if (text == null) {
            return null;
        }
        URI url = WebUrl.parse(text.replaceFirst("/+$", ""));
        if (url != null && url.getScheme().equalsIgnoreCase("https") && url.getRawQuery() == null) {
            return url;
        }
        // A user info, a query or a fragment may be a secret.
        throw new UsageException("--public-url " + (text.matches("(?s).*[@?#%].*") ? "***" : Options.shown(text))
                + ": allowed is an https URL without user info, query or fragment");
    }

    private static @Nullable Path file(String name, @Nullable String text) throws UsageException {
        try {
            if (text != null && LogText.hasSecret(text)) {
                throw new UsageException(name + " ***: allowed is the path of its file");
            }
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(name + " " + Options.shown(String.valueOf(text)) + ": allowed is a path");
        }
    }

    int run(GatewayConfig config, Names names, PrintStream out) {
        Report report = new Report(out, json);
        UpstreamSteps upstream = new UpstreamSteps(report, config, names);
        Map<String, byte[]> documents = upstream.look();
        PublicNames named = new PublicNames(report, names, config.upstreamTimeout());
        new DocumentSteps(report, documents, named, config.jwksUri().isPresent())
                .look(upstream.tokenIssuer(), relyingParties);
        Map<String, byte[]> served =
                publicUrl == null ? documents : lookFromOutside(report, publicUrl, config, names, documents);
        if (token != null) {
            new TokenSteps(report, served).look(token);
        }
        report.end();
        return report.failed() ? Commands.FAILED : Commands.DONE;
    }

    private Map<String, byte[]> lookFromOutside(
            Report report, URI url, GatewayConfig config, Names names, Map<String, byte[]> documents) {
        try {
            List<X509Certificate> trusted = publicCa == null
                    ? null
                    : FileProbe.readCertificates("--public-ca", publicCa).certificates();
            return new PublicSteps(report, url, config, trusted, names).look(documents);
        } catch (FetchException e) {
            report.fail("public CA", e.getMessage(), "name a file of PEM certificates");
            report.skip("public URL", "there is nobody to trust");
            return Map.of();
        }
    }
}
