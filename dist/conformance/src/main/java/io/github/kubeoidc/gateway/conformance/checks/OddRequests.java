// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import java.util.LinkedHashMap;
import java.util.Map;

/** The requests of all checks that no honest client sends, for those who want them all at once. */
public final class OddRequests {

    private OddRequests() {}

    /**
     * Requests as the checks send them.
     *
     * @return by what is odd about them, each the bytes of a request in ISO 8859-1
     */
    public static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.putAll(PlainAnswerChecks.refusedRequests());
        all.putAll(PlainAnswerChecks.oddities());
        all.putAll(RequestSmugglingChecks.smuggled());
        all.putAll(RequestSmugglingChecks.forgiven());
        TargetChecks.OTHER_FORMS.forEach(target -> all.put(target, TestBed.request("GET", target)));
        return all;
    }
}
