// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.PublicUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps that look at what the documents say. */
final class DocumentSteps {
    private static final int MAX_URL = 256;
    static final String ONE_SLASH = "they differ by the slash at the end, and relying parties compare every character:"
            + " was --service-account-issuer changed after the token was made?";

    /** What RFC 7518 (section 6.1) and RFC 8037 (section 2) define for public keys. */
    private static final Set<String> KNOWN_TYPES = Set.of("RSA", "EC", "OKP");

    private final Report report;
    private final boolean hasDiscovery;
    private final boolean hasKeys;
    private final Facts facts;
    private final PublicNames names;
    private final boolean isJwksUriConfigured;

    /**
     * Has looked at nothing yet.
     *
     * @param documents those that could be had, by path
     * @param isJwksUriConfigured whether the {@code jwks_uri} is that of the configuration
     */
    DocumentSteps(Report report, Map<String, byte[]> documents, PublicNames names, boolean isJwksUriConfigured) {
        byte[] discovery = documents.get(UpstreamSteps.DISCOVERY);
        byte[] jwks = documents.get(UpstreamSteps.JWKS);
        this.report = report;
        this.hasDiscovery = discovery != null;
        this.hasKeys = jwks != null;
        this.facts = Facts.of(discovery, jwks);
        this.names = names;
        this.isJwksUriConfigured = isJwksUriConfigured;
    }

    void look(@Nullable String tokenIssuer, List<String> relyingParties) {
        if (hasDiscovery) {
            issuer(tokenIssuer);
            jwksUri();
        }
        if (hasKeys) {
            keys();
        }
        if (hasDiscovery && hasKeys) {
            demands(relyingParties);
        } else if (hasDiscovery) {
            report.skip("keys, relying parties", "the key set could not be had");
        } else if (hasKeys) {
            report.skip("issuer, jwks_uri, relying parties", "the discovery document could not be had");
        } else {
            report.skip("issuer, jwks_uri, keys, relying parties", "the documents could not be had");
        }
    }

    private void issuer(@Nullable String tokenIssuer) {
        String shown = LogText.escape(facts.issuer(), MAX_URL);
        String problem = PublicUrl.problem(facts.issuer());
        URI issuer = uri(facts.issuer());
        if (issuer != null && (issuer.getRawQuery() != null || issuer.getRawFragment() != null)) {
            report.fail(
                    "issuer",
                    shown + " has a query or a fragment",
                    "relying parties refuse that (OpenID Connect Discovery 1.0, section 3)");
        } else if (problem != null || issuer == null) {
            report.fail(
                    "issuer",
                    shown + " " + problem,
                    "start the API server with a public https URL as --service-account-issuer");
        } else if (tokenIssuer != null && !tokenIssuer.equals(facts.issuer())) {
            report.fail(
                    "issuer",
                    shown + " is not the iss of the gateway's token, " + LogText.escape(tokenIssuer, MAX_URL),
                    ExpectedIssuer.isOneSlashAway(tokenIssuer, facts.issuer())
                            ? ONE_SLASH
                            : "is UPSTREAM_HOST the cluster of the token?");
        } else {
            report.ok("issuer", shown + (tokenIssuer == null ? "" : ", as in the token"));
            names.look("issuer", issuer);
        }
    }

    static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private void jwksUri() {
        String problem = PublicUrl.problem(facts.jwksUri());
        String shown = LogText.escape(facts.jwksUri(), MAX_URL);
        if (problem == null) {
            report.ok("jwks_uri", shown);
            names.look("jwks_uri", URI.create(facts.jwksUri()));
        } else {
            report.fail(
                    "jwks_uri",
                    shown + " " + problem,
                    isJwksUriConfigured
                            ? "JWKS_URI is what is published: set it to the public URL of the gateway's key set"
                            : "set JWKS_URI to the public URL of the gateway's key set, or start the API server with it as"
                                    + " --service-account-jwks-uri");
        }
    }

    private void keys() {
        Set<String> ids = new HashSet<>();
        Set<String> twice = new TreeSet<>();
        facts.keys().stream()
                .map(Key::kid)
                .filter(kid -> kid != null && !ids.add(kid))
                .forEach(twice::add);
        int before = report.warnings();
        if (!twice.isEmpty()) {
            report.fail(
                    "keys",
                    "the kid of two keys is the same: " + String.join(", ", twice),
                    "verifiers take either: is one key published twice?");
        }
        unusable();
        complain(key -> key.kid() == null, "no kid", "verifiers cannot tell which key a token is signed with");
        complain(
                Key::isShort, "less than " + Key.MIN_RSA_BITS + " bits", "verifiers refuse it: sign with a longer one");
        complain(
                key -> !KNOWN_TYPES.contains(key.kty()),
                "a type that some verifiers refuse the whole set for",
                "sign with RSA or EC keys as long as these verifiers are in use");
        complain(key -> key.alg() == null, "no alg", "some verifiers then guess it");
        complain(
                key -> KNOWN_TYPES.contains(key.kty())
                        && key.isForSignatures()
                        && key.alg() != null
                        && key.problem() == null
                        && key.algorithms().isEmpty(),
                "an alg of another type",
                "verifiers refuse tokens by such a key");
        complain(key -> key.use() == null, "no use", "some verifiers skip such a key");
        complain(key -> !key.isForSignatures(), "a use other than sig", "verifiers of tokens skip such a key");
        if (report.warnings() == before) {
            report.ok(
                    "keys",
                    facts.keys().size() + ": "
                            + facts.keys().stream()
                                    .limit(10)
                                    .map(key -> key.name() + (key.bits() == 0 ? "" : ", " + key.bits() + " bits"))
                                    .collect(Collectors.joining("; ")));
        }
    }

    private void unusable() {
        List<String> names = facts.keys().stream()
                .filter(key -> key.problem() != null)
                .map(key -> key.name() + " (" + key.problem() + ")")
                .toList();
        if (!names.isEmpty()) {
            report.add(
                    names.size() < facts.keys().size() ? Report.Verdict.WARN : Report.Verdict.FAIL,
                    "keys",
                    "cannot be used: " + names.stream().limit(5).collect(Collectors.joining(", ")),
                    "some verifiers then refuse the whole set: look at the file of the API server that it comes from");
        }
    }

    private void complain(Predicate<Key> bad, String what, String advice) {
        String names = facts.keys().stream().filter(bad).limit(5).map(Key::name).collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            report.warn("keys", what + ": " + names, advice);
        }
    }

    /** A demand of a relying party that was named has to be met; one of another may not concern the operator. */
    private void demands(List<String> named) {
        for (Demand demand : Demand.ALL) {
            if (!named.isEmpty() && !named.contains(demand.relyingParty())) {
                continue;
            }
            String step = "relying party " + demand.relyingParty();
            String problem;
            try {
                problem = demand.problem().apply(facts);
            } catch (IllegalArgumentException e) {
                problem = "the issuer, or the jwks_uri, is no URL";
            }
            if (problem == null) {
                report.ok(step, demand.demanded());
            } else {
                report.add(
                        named.isEmpty() ? Report.Verdict.WARN : Report.Verdict.FAIL,
                        step,
                        "demands " + demand.demanded() + ", but: " + problem,
                        "see " + demand.source());
            }
        }
    }
}
