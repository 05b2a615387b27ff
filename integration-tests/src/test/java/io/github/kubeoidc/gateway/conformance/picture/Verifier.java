// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A relying party: it verifies tokens with the key set of a gateway, which it keeps for as long as it is told to. */
final class Verifier {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=(\\d+)");

    private final URI gateway;
    private final Duration patienceWithUnknownKeys;
    private Map<String, PublicKey> kept = Map.of();
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
        return kept.keySet();
    }

    /**
     * Verifies a token by its signature and {@code exp}.
     *
     * @param now the second of the epoch
     */
    boolean accepts(String token, long now) {
        String[] parts = token.split("\\.");
        String kid = json(parts[0]).get("kid").getAsString();
        long age = System.nanoTime() - fetchedAt;
        if (System.nanoTime() - keptUntil >= 0 || !kept.containsKey(kid) && age > patienceWithUnknownKeys.toNanos()) {
            fetch();
        }
        PublicKey key = kept.get(kid);
        return key != null
                && json(parts[1]).get("exp").getAsLong() > now
                && isSigned(key, parts[0] + "." + parts[1], parts[2]);
    }

    private void fetch() {
        RawResponse answer = RawHttp.exchange(
                gateway,
                "GET " + ApiServerStandIn.JWKS_PATH + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
        Matcher maxAge = MAX_AGE.matcher(answer.require("Cache-Control"));
        if (answer.status() != 200 || !maxAge.find()) {
            throw new AssertionError("no key set to keep: " + answer);
        }
        Map<String, PublicKey> keys = new TreeMap<>();
        for (JsonElement element :
                new Gson().fromJson(answer.text(), JsonObject.class).getAsJsonArray("keys")) {
            JsonObject key = element.getAsJsonObject();
            keys.put(key.get("kid").getAsString(), publicKey(key));
        }
        kept = keys;
        fetchedAt = System.nanoTime();
        keptUntil =
                fetchedAt + Duration.ofSeconds(Long.parseLong(maxAge.group(1))).toNanos();
    }

    private static PublicKey publicKey(JsonObject key) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger number(JsonObject key, String member) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.get(member).getAsString()));
    }

    private static boolean isSigned(PublicKey key, String signed, String signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(Base64.getUrlDecoder().decode(signature));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonObject json(String part) {
        return new Gson()
                .fromJson(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8), JsonObject.class);
    }
}
