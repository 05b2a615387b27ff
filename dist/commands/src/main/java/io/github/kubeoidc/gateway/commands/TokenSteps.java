// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.upstream.FileProbe;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The steps of a relying party that is presented a workload's token. Messages quote its claims, and never the token. */
final class TokenSteps {
    private static final int MAX_TEXT = 256;
    private static final String STEP = "workload token ";

    private final Report report;
    private final Map<String, byte[]> served;

    TokenSteps(Report report, Map<String, byte[]> served) {
        this.report = report;
        this.served = served;
    }

    void look(Path file) {
        String token;
        JsonWebSignature signature = new JsonWebSignature();
        JwtClaims claims;
        try {
            token = FileProbe.readToken("--token", file);
            signature.setCompactSerialization(token);
            claims = JwtClaims.parse(signature.getUnverifiedPayload());
            // Casts them to strings.
            signature.getKeyIdHeaderValue();
            signature.getAlgorithmHeaderValue();
        } catch (FetchException e) {
            report.fail(STEP + "file", String.valueOf(e.getMessage()), "name the file of a token");
            return;
        } catch (JoseException | InvalidJwtException | ClassCastException e) {
            report.fail(STEP + "file", file + " holds no JSON Web Token", "name the file of a token");
            return;
        }
        byte[] jwks = served.get(UpstreamSteps.JWKS);
        if (jwks == null) {
            report.skip(STEP + "kid, signature", "the key set could not be had");
        } else {
            new SignatureSteps(report, STEP, signature).look(Facts.keys(jwks));
        }
        claim("iss", () -> issuer(claims));
        claim("aud", () -> audience(claims));
        claim("exp", () -> time("exp", claims.getExpirationTime(), true));
        claim("nbf", () -> time("nbf", claims.getNotBefore(), false));
    }

    private void claim(String name, Step step) {
        try {
            step.look();
        } catch (MalformedClaimException e) {
            report.fail(STEP + name, "is of a wrong type", "who made the token?");
        }
    }

    private interface Step {
        void look() throws MalformedClaimException;
    }

    private void issuer(JwtClaims claims) throws MalformedClaimException {
        byte[] discovery = served.get(UpstreamSteps.DISCOVERY);
        String issuer = LogText.escape(String.valueOf(claims.getIssuer()), MAX_TEXT);
        if (discovery == null) {
            report.skip(STEP + "iss", "the discovery document could not be had");
            return;
        }
        if (claims.getIssuer() == null) {
            report.fail(STEP + "iss", "there is none", "relying parties refuse tokens of nobody");
            return;
        }
        String published = String.valueOf(Facts.string(Facts.object(discovery), "issuer"));
        if (!published.equals(claims.getIssuer())) {
            report.fail(
                    STEP + "iss",
                    issuer + " is not the served issuer, " + LogText.escape(published, MAX_TEXT),
                    ExpectedIssuer.isOneSlashAway(published, String.valueOf(claims.getIssuer()))
                            ? DocumentSteps.ONE_SLASH
                            : "relying parties compare every character");
        } else {
            report.ok(STEP + "iss", issuer);
        }
    }

    private void audience(JwtClaims claims) throws MalformedClaimException {
        List<String> audience = claims.getAudience();
        String shown = LogText.line(String.join(", ", audience), MAX_TEXT);
        if (audience.isEmpty()) {
            report.fail(STEP + "aud", "there is none", "ask for a token with the relying party's audience");
        } else if (audience.size() > 1) {
            report.warn(STEP + "aud", shown, "some relying parties take one audience only");
        } else {
            report.ok(STEP + "aud", shown + " (has to be what the relying party expects)");
        }
    }

    private void time(String claim, @Nullable NumericDate time, boolean hasToBeAhead) {
        if (time == null) {
            if (hasToBeAhead) {
                report.fail(STEP + claim, "there is none", "relying parties refuse tokens that never expire");
            } else {
                report.ok(STEP + claim, "there is none");
            }
            return;
        }
        Instant instant = Claims.instant(time);
        if (instant.isAfter(Instant.now()) == hasToBeAhead) {
            report.ok(STEP + claim, instant.toString());
        } else {
            report.fail(
                    STEP + claim,
                    instant + (hasToBeAhead ? " is past" : " is to come"),
                    hasToBeAhead ? "make a new token" : "compare the clocks");
        }
    }
}
