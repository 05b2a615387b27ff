// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.PublicUrl;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps that look at what is served at the public address: whether it is the API server's, and where it leads. */
final class PublicDocuments {
    private static final int MAX_URL = 256;
    private static final int HTTPS_PORT = 443;

    private final Report report;
    private final String where;
    private final String base;

    /**
     * Has looked at nothing yet.
     *
     * @param where how the steps begin
     * @param base the URL that both documents are below
     */
    PublicDocuments(Report report, String where, String base) {
        this.report = report;
        this.where = where;
        this.base = base;
    }

    void compare(String step, DocumentKind kind, byte[] served, byte @Nullable [] upstream) {
        if (upstream == null) {
            report.skip(step, "there is nothing of the API server to compare it with");
            return;
        }
        JsonObject there = Facts.object(served);
        JsonObject here = Facts.object(upstream);
        if (Arrays.equals(served, upstream)) {
            report.ok(step, "byte for byte what this configuration serves");
        } else if (there.equals(here)) {
            report.ok(step, "what this configuration serves, written in another way");
        } else if (kind == DocumentKind.JWKS && isInAnotherOrder(there, here)) {
            report.ok(step, "what this configuration serves, its keys in another order");
        } else if (kind == DocumentKind.DISCOVERY && issuer(there).equals(issuer(here))) {
            report.warn(step, "the same issuer, other members", "is the gateway there configured as this command is?");
        } else {
            report.fail(
                    step,
                    "is not what the API server has",
                    "another cluster's gateway, or a cache that keeps an old document for too long");
        }
    }

    private static String issuer(JsonObject discovery) {
        return String.valueOf(Facts.string(discovery, "issuer"));
    }

    /** API servers behind one address may list the same keys each in an order of its own. */
    private static boolean isInAnotherOrder(JsonObject one, JsonObject other) {
        Map<JsonElement, Long> keys = numbered(one);
        one.remove("keys");
        return keys.equals(numbered(other)) && other.remove("keys") != null && one.equals(other);
    }

    private static Map<JsonElement, Long> numbered(JsonObject jwks) {
        return jwks.getAsJsonArray("keys").asList().stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /** Looks where the discovery document that is served leads relying parties. */
    void look(byte[] discovery) {
        JsonObject metadata = Facts.object(discovery);
        issuer(issuer(metadata));
        jwksUri(String.valueOf(Facts.string(metadata, "jwks_uri")));
    }

    /** Nobody but the operator begins with the address that is looked at. */
    private void issuer(String issuer) {
        String step = where + "issuer";
        String shown = LogText.escape(issuer, MAX_URL);
        // OpenID Connect Discovery 1.0, section 4.
        String start = issuer.replaceFirst("/$", "");
        String seen = shown + " leads relying parties to "
                + LogText.escape(start + DocumentKind.DISCOVERY.path(), MAX_URL + MAX_URL);
        if (isSame(start, base)) {
            report.ok(step, shown + " leads here");
        } else if (isSameServer(start, base)) {
            report.fail(
                    step,
                    seen,
                    "give the issuer as --public-url, or have the gateway serve below its path, with PATH_PREFIX");
        } else {
            report.warn(
                    step,
                    seen,
                    "that has to be this gateway too: give the issuer as --public-url once its name leads there");
        }
    }

    private void jwksUri(String found) {
        String step = where + "jwks_uri";
        String shown = LogText.escape(found, MAX_URL);
        String expected = base + DocumentKind.JWKS.path();
        String problem = PublicUrl.problem(found);
        if (problem != null) {
            report.fail(
                    step,
                    shown + " " + problem,
                    "relying parties fetch keys from there: the gateway at this address needs a public JWKS_URI");
        } else if (!isSame(found, expected)) {
            report.warn(
                    step,
                    shown + " is not below this address, where the key set is " + expected,
                    "relying parties fetch keys from the first: look whether it is the gateway's too, or set JWKS_URI");
        }
    }

    /** Tells whether two URLs lead to the same document, however their scheme, host and port are written. */
    private static boolean isSame(String one, String other) {
        return isSameServer(one, other) && rest(one).equals(rest(other));
    }

    private static boolean isSameServer(String one, String other) {
        return server(one).equalsIgnoreCase(server(other));
    }

    private static String server(String url) {
        URI uri = DocumentSteps.uri(url);
        return uri == null || uri.getHost() == null
                ? ""
                : uri.getScheme() + "://" + uri.getHost() + ":" + (uri.getPort() == -1 ? HTTPS_PORT : uri.getPort());
    }

    private static String rest(String url) {
        URI uri = URI.create(url);
        return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }
}
