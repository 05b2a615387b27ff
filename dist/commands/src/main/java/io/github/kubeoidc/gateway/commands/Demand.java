// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one relying party demands of the documents. Another demand is another row.
 *
 * @param relyingParty its name, as {@code --relying-party} takes it
 * @param demanded the demand in words
 * @param source where that is said
 * @param problem what is wrong; {@code null} where the demand is met
 */
record Demand(String relyingParty, String demanded, String source, Function<Facts, @Nullable String> problem) {
    private static final String AWS =
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html";
    private static final String GCP = "https://cloud.google.com/iam/docs/troubleshooting-workload-identity-federation";
    private static final String ENTRA =
            "https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation";
    private static final String CLAUDE = "Anthropic, reference of Workload Identity Federation for the Claude API";

    private static final Set<String> RSA_AND_EC =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    static final List<Demand> ALL = List.of(
            new Demand(
                    "aws",
                    "an https issuer without port or query",
                    "https://docs.amazonaws.cn/IAM/latest/UserGuide/identity-providers-oidc.html",
                    facts -> {
                        URI issuer = URI.create(facts.issuer());
                        return !isHttps(issuer) || issuer.getPort() >= 0 || issuer.getRawQuery() != null
                                ? "issuer " + facts.issuer()
                                : null;
                    }),
            new Demand("aws", "at most 100 RSA keys", AWS, facts -> more(facts, "RSA", 100)),
            new Demand("aws", "at most 100 EC keys", AWS, facts -> more(facts, "EC", 100)),
            new Demand(
                    "aws",
                    "RS256 to RS512 or ES256 to ES512",
                    AWS,
                    facts -> algorithms(facts, Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512"))),
            new Demand("gcp", "RSA or EC keys only", GCP, facts -> keys(facts, key -> !key.is("RSA") && !key.is("EC"))),
            new Demand("gcp", "no x5c and no x5t", GCP, facts -> keys(facts, key -> key.has("x5c") || key.has("x5t"))),
            new Demand("entra", "RS256", ENTRA + "-considerations", facts -> algorithms(facts, Set.of("RS256"))),
            new Demand(
                    "entra",
                    "the first 100 keys are kept",
                    ENTRA,
                    facts -> facts.keys().size() > 100 ? facts.keys().size() + " keys" : null),
            new Demand(
                    "nimbus",
                    "a key set of at most 51,200 bytes",
                    "https://github.com/GluuFederation/flex/issues/969",
                    facts -> facts.jwksBytes() > 51_200 ? facts.jwksBytes() + " bytes" : null),
            new Demand(
                    "nimbus",
                    "a value in subject_types_supported",
                    "https://bitbucket.org/connect2id/oauth-2.0-sdk-with-openid-connect-extensions",
                    facts -> facts.hasSubjectTypes() ? null : "there is none"),
            new Demand(
                    "claude",
                    "issuer and jwks_uri on port 443, where it fetches them",
                    CLAUDE,
                    facts -> Stream.of(facts.issuer(), facts.jwksUri())
                            .filter(url ->
                                    !Set.of(-1, 443).contains(URI.create(url).getPort()))
                            .findFirst()
                            .orElse(null)),
            new Demand("claude", "a kid in each key", CLAUDE, facts -> keys(facts, key -> key.kid() == null)),
            new Demand("claude", "RS, PS or ES with 256, 384 or 512", CLAUDE, facts -> algorithms(facts, RSA_AND_EC)),
            new Demand(
                    "keycloak",
                    "an https issuer",
                    "https://github.com/keycloak/keycloak/issues/49039",
                    facts -> isHttps(URI.create(facts.issuer())) ? null : "issuer " + facts.issuer()),
            new Demand(
                    "strimzi",
                    "a use in each key",
                    "https://github.com/spiffe/spire/issues/2623",
                    facts -> keys(facts, key -> key.use() == null)));

    /** The names of those who demand anything. */
    static Set<String> relyingParties() {
        return ALL.stream().map(Demand::relyingParty).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isHttps(URI url) {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    private static @Nullable String more(Facts facts, String type, int most) {
        long number = facts.keys().stream().filter(key -> key.is(type)).count();
        return number > most ? number + " " + type + " keys" : null;
    }

    private static @Nullable String algorithms(Facts facts, Set<String> allowed) {
        return facts.keys().stream().noneMatch(Key::isForSignatures)
                ? "no key is for signatures"
                : keys(facts, key -> key.isForSignatures() && Collections.disjoint(key.algorithms(), allowed));
    }

    private static @Nullable String keys(Facts facts, Predicate<Key> bad) {
        String names =
                facts.keys().stream().filter(bad).limit(5).map(Demand::name).collect(Collectors.joining(", "));
        return names.isEmpty() ? null : names;
    }

    private static String name(Key key) {
        String kind = key.alg() == null ? key.crv() : key.alg();
        return key.name() + (kind == null ? "" : " (" + kind + ")");
    }
}
