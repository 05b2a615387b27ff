// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.LogText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jose4j.jwa.AlgorithmFactoryFactory;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The steps that look for the key of a token among the served ones. */
final class SignatureSteps {
    private static final int MAX_TEXT = 256;

    private final Report report;
    private final String where;
    private final JsonWebSignature token;

    /** Why a key does not verify the token, and what to do. */
    private record Refusal(String seen, String advice) {}

    /**
     * Has looked at nothing yet.
     *
     * @param where how the steps begin
     */
    SignatureSteps(Report report, String where, JsonWebSignature token) {
        this.report = report;
        this.where = where;
        this.token = token;
    }

    void look(List<Key> served) {
        String kid = token.getKeyIdHeaderValue();
        if (kid == null) {
            report.fail(
                    where + "kid",
                    "there is none",
                    "relying parties cannot tell which key it is by: is it a token of an API server?");
            report.skip(where + "signature", "the token names no key");
            return;
        }
        String shown = LogText.escape(kid, MAX_TEXT);
        List<Key> keys = served.stream().filter(key -> kid.equals(key.kid())).toList();
        if (keys.isEmpty()) {
            report.fail(
                    where + "kid",
                    shown + " is not among the served keys",
                    "is the token of this cluster? A new key is served when the cached key set is fetched again");
            report.skip(where + "signature", "its key is not there");
            return;
        }
        report.ok(where + "kid", shown + (keys.size() == 1 ? "" : ", which " + keys.size() + " served keys have"));
        signature(keys, shown);
    }

    private void signature(List<Key> keys, String kid) {
        String algorithm = LogText.escape(String.valueOf(token.getAlgorithmHeaderValue()), MAX_TEXT);
        Set<Refusal> refusals = new LinkedHashSet<>();
        for (Key key : keys) {
            Refusal refusal = refusal(key, kid, algorithm);
            if (refusal == null) {
                report.ok(where + "signature", algorithm);
                return;
            }
            refusals.add(refusal);
        }
        refusals.forEach(refusal -> report.fail(where + "signature", refusal.seen, refusal.advice));
    }

    private @Nullable Refusal refusal(Key key, String kid, String algorithm) {
        String type = LogText.escape(key.kty(), MAX_TEXT);
        Set<String> ofType = key.algorithmsOfType();
        if (key.problem() != null) {
            return new Refusal(
                    "there is a served key " + kid + ", which cannot be used: " + key.problem(),
                    "look at the file of the API server that the key comes from");
        } else if (ofType.isEmpty()) {
            return new Refusal(
                    "there is a served key " + kid + ", of type " + type + ", which cannot be used here",
                    "most relying parties do not know the type either: sign with an RSA or an EC key");
        } else if (!ofType.contains(algorithm)) {
            return new Refusal(
                    "alg is " + algorithm + ", and the served key " + kid + " of type " + type + " is for "
                            + String.join(", ", ofType.stream().sorted().toList()),
                    "is the token of this cluster?");
        } else if (!AlgorithmFactoryFactory.getInstance()
                .getJwsAlgorithmFactory()
                .isAvailable(algorithm)) {
            return new Refusal(
                    "alg is " + algorithm + ", which is not known here",
                    "many relying parties do not know it either: sign with RS256 or ES256");
        } else if (token.getObjectHeader("crit") != null) {
            return new Refusal(
                    "its header has crit, " + LogText.line(String.valueOf(token.getObjectHeader("crit")), MAX_TEXT),
                    "verifiers refuse what they do not know of it (RFC 7515, section 4.1.11): who made the token?");
        } else if (!isBy(key)) {
            return new Refusal(
                    "is not by the served key " + kid, "the token was changed, or the key set is another cluster's");
        }
        return restriction(key, kid, algorithm);
    }

    /** Why verifiers refuse a key that the token is by; {@code null} where they do not. */
    private static @Nullable Refusal restriction(Key key, String kid, String algorithm) {
        String by = "is by the served key " + kid + ", ";
        if (key.isShort()) {
            return new Refusal(
                    by + "which has " + key.bits() + " bits, and verifiers refuse less than " + Key.MIN_RSA_BITS,
                    "sign with a longer one");
        }
        // RFC 7517, sections 4.2 and 4.4.
        if (!key.isForSignatures()) {
            return new Refusal(
                    by + "whose use is " + LogText.escape(String.valueOf(key.use()), MAX_TEXT)
                            + ", and verifiers of tokens skip it",
                    "publish the key with use sig");
        }
        return key.alg() == null || key.alg().equals(algorithm)
                ? null
                : new Refusal(
                        by + "which is for " + LogText.escape(key.alg(), MAX_TEXT)
                                + " by its alg, and verifiers refuse " + algorithm,
                        "sign with what the key's alg says, or publish the key with the alg that is signed with");
    }

    private boolean isBy(Key key) {
        try {
            // It refuses a short key as if the signature were another's.
            token.setDoKeyValidation(false);
            token.setKey(key.publicKey());
            return token.verifySignature();
        } catch (JoseException e) {
            // What it says may quote the token.
            return false;
        }
    }
}
