// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Some rules for documents; which ones is another room's business. */
final class TestValidation {
    private static final Pattern DISCOVERY = Pattern.compile("\\{.*\"issuer\":\"([^\"]+)\".*}");
    private static final Pattern JWKS = Pattern.compile("\\{\"keys\":\\[\\{\"kty\":(?!.*\"d\":).*}]}\\s*");

    private TestValidation() {}

    static Document validate(DocumentKind kind, byte[] json) throws FetchException {
        boolean discovery = kind == DocumentKind.DISCOVERY;
        Matcher matcher = (discovery ? DISCOVERY : JWKS).matcher(new String(json, StandardCharsets.UTF_8));
        if (!matcher.matches()) {
            throw new FetchException(Outcome.INVALID, "not a valid document: by a test", null);
        }
        return new Document(kind, json, discovery ? matcher.group(1) : null);
    }
}
