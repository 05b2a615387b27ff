// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import java.io.IOException;
import java.io.StringReader;

/** What checks need to know of JSON texts. Numbers keep the form in which they were written. */
final class Json {

    private static final Gson GSON = new Gson();

    private Json() {}

    /** Whether two texts are JSON objects of the same value. */
    static boolean same(String one, String other) {
        return object(one).equals(object(other));
    }

    /**
     * Reads an object.
     *
     * @throws AssertionError if it is none
     */
    static JsonObject object(String text) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = GSON.fromJson(reader, JsonElement.class);
            if (element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
                return element.getAsJsonObject();
            }
        } catch (IOException | JsonParseException e) {
            // Falls through to the same complaint.
        }
        throw new AssertionError("not a JSON object: " + RawHttp.abbreviate(text));
    }
}
