// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a relying party can see of 2.3 and 3.8 at any gateway: valid documents, and the same ones for everybody. */
final class PublicDocumentChecks {

    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");
    private static final int ANSWERS = 20;

    private PublicDocumentChecks() {}

    static void checks(CheckList list) {
        valid(list.in("2.3"));
        HttpInterfaceChecks.DOCUMENTS.forEach((name, path) -> same(list.in("3.8"), name, path));
    }

    private static void valid(CheckList list) {
        list.anywhere("the discovery document names issuer and jwks_uri", bed -> {
            RawResponse response = bed.getDiscovery();
            JsonObject discovery = Json.object(response.text());
            for (String member : List.of("issuer", "jwks_uri")) {
                Expect.that(response)
                        .demand(isText(discovery.get(member)), "expected a string that is not empty as " + member);
            }
        });
        list.anywhere("the JWKS has keys, each with a kty", bed -> {
            for (JsonObject key : keys(bed.getJwks())) {
                Expect.holds(isText(key.get("kty")), "GET on the JWKS; a key has no kty: " + key.keySet());
            }
        });
        list.anywhere("no key in the JWKS has a private member", bed -> {
            for (JsonObject key : keys(bed.getJwks())) {
                Expect.holds(
                        PRIVATE_MEMBERS.stream().noneMatch(key::has),
                        "GET on the JWKS; a key has private members among " + key.keySet());
            }
        });
    }

    private static void same(CheckList list, String name, String path) {
        list.anywhere(
                "repeated answers with the " + name + " document are the same",
                bed -> sameAnswers(bed.get(path), () -> List.of(bed.get(path), bed.get(path), bed.get(path))));
        list.anywhere("simultaneous answers with the " + name + " document are the same", bed -> {
            try (Concurrently together = new Concurrently()) {
                sameAnswers(bed.get(path), () -> Concurrently.results(together.start(ANSWERS, () -> bed.get(path))));
            }
        });
    }

    /** Looks a second time at answers that differ: keys may have been rotated in that very moment. */
    private static void sameAnswers(RawResponse first, Callable<List<RawResponse>> answers) throws Exception {
        if (differing(first, answers.call()) != null) {
            List<RawResponse> again = answers.call();
            RawResponse other = differing(again.get(0), again);
            if (other != null) {
                Expect.that(other).demand(false, "expected the answer to be that of others: " + again.get(0));
            }
        }
    }

    private static @Nullable RawResponse differing(RawResponse one, List<RawResponse> others) {
        return others.stream()
                .filter(other -> !other.text().equals(one.text())
                        || !other.require("ETag").equals(one.require("ETag")))
                .findFirst()
                .orElse(null);
    }

    private static List<JsonObject> keys(RawResponse response) {
        JsonElement keys = Json.object(response.text()).get("keys");
        Expect.that(response)
                .demand(
                        keys != null
                                && keys.isJsonArray()
                                && !keys.getAsJsonArray().isEmpty()
                                && keys.getAsJsonArray().asList().stream().allMatch(JsonElement::isJsonObject),
                        "expected an array of objects as keys");
        return keys.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static boolean isText(@Nullable JsonElement value) {
        return value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isString()
                && !value.getAsString().isEmpty();
    }
}
