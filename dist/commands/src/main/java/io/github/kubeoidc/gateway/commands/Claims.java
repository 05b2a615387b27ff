// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.time.Instant;
import java.util.List;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token, whose signature is not looked at.
 *
 * @param audience the services that the token is for; empty where the token names none
 */
record Claims(
        @Nullable String issuer,
        @Nullable String subject,
        List<String> audience,
        @Nullable Instant expiry) {
    /** Reads a token without verifying it; {@code null} where it is no JSON Web Token. */
    static @Nullable Claims of(String token) {
        try {
            JwtClaims claims = new JwtConsumerBuilder()
                    .setSkipAllValidators()
                    .setDisableRequireSignature()
                    .setSkipSignatureVerification()
                    .build()
                    .processToClaims(token);
            NumericDate expiry = claims.getExpirationTime();
            return new Claims(
                    claims.getIssuer(),
                    claims.getSubject(),
                    claims.getAudience(),
                    expiry == null ? null : instant(expiry));
        } catch (InvalidJwtException | MalformedClaimException | ClassCastException e) {
            // The last by jose4j, for a header that is no string.
            return null;
        }
    }

    /** The time of a claim; what is beyond all that Java can tell is the last, or the first, that it can. */
    static Instant instant(NumericDate date) {
        long seconds = Math.min(date.getValue(), Instant.MAX.getEpochSecond());
        return Instant.ofEpochSecond(Math.max(seconds, Instant.MIN.getEpochSecond()));
    }
}
