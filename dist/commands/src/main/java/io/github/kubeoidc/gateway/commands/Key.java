// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** One key (RFC 7517, section 4). */
record Key(JsonObject json) {
    static final int MIN_RSA_BITS = 2048;

    private static final Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

    /** RFC 7518, section 3.4, and RFC 8812, section 3.2. */
    private static final Map<String, String> EC =
            Map.of("P-256", "ES256", "P-384", "ES384", "P-521", "ES512", "secp256k1", "ES256K");

    /** The curves of RFC 8037, and how many octets a key has (RFC 8032 and 7748). */
    private static final Map<String, Integer> OKP = Map.of("Ed25519", 32, "Ed448", 57, "X25519", 32, "X448", 56);

    /** Names the key for an operator. */
    String name() {
        return kty() + " key " + (kid() == null ? "without kid" : kid());
    }

    String kty() {
        return String.valueOf(string("kty"));
    }

    @Nullable
    String kid() {
        return string("kid");
    }

    @Nullable
    String alg() {
        return string("alg");
    }

    @Nullable
    String use() {
        return string("use");
    }

    @Nullable
    String crv() {
        return string("crv");
    }

    private @Nullable String string(String member) {
        return Facts.string(json, member);
    }

    boolean is(String type) {
        return kty().equals(type);
    }

    boolean has(String member) {
        return json.has(member);
    }

    /** Tells whether it is for signatures, as far as it says. */
    boolean isForSignatures() {
        return use() == null || "sig".equals(use());
    }

    /** The length of an RSA modulus; 0 where there is none. */
    int bits() {
        byte[] modulus = octets("n");
        return modulus == null ? 0 : new BigInteger(1, modulus).bitLength();
    }

    /** The algorithms of signatures that it can be used for. */
    Set<String> algorithms() {
        String alg = alg();
        Set<String> ofType = algorithmsOfType();
        return alg == null ? ofType : ofType.contains(alg) ? Set.of(alg) : Set.of();
    }

    /** The same as far as its type tells; none for a type that verifiers of tokens do not know. */
    Set<String> algorithmsOfType() {
        String crv = String.valueOf(crv());
        return switch (kty()) {
            case "RSA" -> RSA;
            case "EC" -> EC.containsKey(crv) ? Set.of(EC.get(crv)) : Set.of();
            // RFC 8037, section 3.1, and RFC 9864, section 2.2.
            case "OKP" -> OKP.containsKey(crv) && crv.startsWith("Ed") ? Set.of("EdDSA", crv) : Set.of();
            default -> Set.of();
        };
    }

    /** Tells whether it is an RSA key that verifiers refuse for its length (RFC 7518, section 3.3). */
    boolean isShort() {
        return bits() > 0 && bits() < MIN_RSA_BITS;
    }

    /** The key alone: what else there is about it, as a certificate, may be unreadable. */
    PublicKey publicKey() throws JoseException {
        JsonObject bare = new JsonObject();
        for (String member : List.of("kty", "crv", "n", "e", "x", "y")) {
            if (has(member)) {
                bare.add(member, json.get(member));
            }
        }
        return (PublicKey) JsonWebKey.Factory.newJwk(bare.toString()).getKey();
    }

    /** Why no verifier can use it; {@code null} where nothing is known against it, as of a type that is not known here. */
    @Nullable
    String problem() {
        return switch (kty()) {
            case "RSA" -> rsaProblem();
            case "EC" -> ecProblem();
            case "OKP" -> {
                Integer length = OKP.get(String.valueOf(crv()));
                byte[] x = octets("x");
                yield length == null
                        ? "crv is missing or not known"
                        : x == null || x.length != length ? "x is missing or not of the curve's length" : null;
            }
            default -> null;
        };
    }

    private @Nullable String rsaProblem() {
        byte[] octets = octets("e");
        if (octets == null || octets("n") == null) {
            return "n or e is missing or no base64url";
        }
        BigInteger e = new BigInteger(1, octets);
        return e.testBit(0) && e.bitLength() > 1 ? null : "e is no exponent";
    }

    /** Java takes any two numbers for a point, and verifies no signature with them. */
    private @Nullable String ecProblem() {
        ECParameterSpec spec = EllipticCurves.getSpec(String.valueOf(crv()));
        if (spec == null) {
            return "crv is missing or not known";
        }
        // RFC 7518, section 6.2.1.2.
        int length = (spec.getCurve().getField().getFieldSize() + 7) / 8;
        byte[] first = octets("x");
        byte[] second = octets("y");
        if (first == null || second == null || first.length != length || second.length != length) {
            return "x or y is missing or not of the curve's length";
        }
        BigInteger x = new BigInteger(1, first);
        BigInteger y = new BigInteger(1, second);
        BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger right = x.pow(3)
                .add(spec.getCurve().getA().multiply(x))
                .add(spec.getCurve().getB());
        boolean isPoint = x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.pow(2).subtract(right).mod(p).signum() == 0;
        return isPoint ? null : "x and y are no point of the curve";
    }

    /** What a member is in base64url without padding (RFC 7515, section 2); {@code null} where it is not, or empty. */
    private byte @Nullable [] octets(String member) {
        String text = string(member);
        try {
            return text == null || text.isEmpty() || text.endsWith("=")
                    ? null
                    : Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
