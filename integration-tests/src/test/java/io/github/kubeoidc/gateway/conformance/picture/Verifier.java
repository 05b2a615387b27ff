// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A relying party: it verifies tokens with the key set of a gateway, which it keeps for as long as it is told to. */
final class Verifier {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=(\\d+)");

    private final URI gateway;
    private final Duration patienceWithUnknownKeys;
    private JWKSet kept = new JWKSet();
    private long fetchedAt = System.nanoTime();
    private long keptUntil = fetchedAt;

    /**
     * Creates one that keeps nothing yet.
     *
     * @param patienceWithUnknownKeys how old its key set has to be before it asks for another one because of a key that is not
     *     there, as jose does after 30 s; go-oidc 2, for instance, never does
     */
    Verifier(URI gateway, Duration patienceWithUnknownKeys) {
        this.gateway = gateway;
        this.patienceWithUnknownKeys = patienceWithUnknownKeys;
    }

    /** The identifiers of the keys that it keeps. */
    Set<String> kept() {
        return kids(kept);
    }

    static Set<String> kids(JWKSet keys) {
        return keys.getKeys().stream().map(JWK::getKeyID).collect(Collectors.toSet());
    }

    /**
     * Verifies a token by its signature and {@code exp}.
     *
     * @param now the second of the epoch
     */
    boolean accepts(String token, long now) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            String kid = jwt.getHeader().getKeyID();
            long age = System.nanoTime() - fetchedAt;
            if (System.nanoTime() - keptUntil >= 0
                    || kept.getKeyByKeyId(kid) == null && age > patienceWithUnknownKeys.toNanos()) {
                fetch();
            }
            JWK key = kept.getKeyByKeyId(kid);
            return key != null
                    && jwt.getJWTClaimsSet().getExpirationTime().toInstant().getEpochSecond() > now
                    && jwt.verify(new RSASSAVerifier(key.toRSAKey()));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fetch() throws ParseException {
        RawResponse answer = RawHttp.exchange(
                gateway,
                "GET " + ApiServerStandIn.JWKS_PATH + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
        Matcher maxAge = MAX_AGE.matcher(answer.require("Cache-Control"));
        if (answer.status() != 200 || !maxAge.find()) {
            throw new AssertionError("no key set to keep: " + answer);
        }
        kept = JWKSet.parse(answer.text());
        fetchedAt = System.nanoTime();
        keptUntil =
                fetchedAt + Duration.ofSeconds(Long.parseLong(maxAge.group(1))).toNanos();
    }
}
