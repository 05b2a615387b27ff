// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

/**
 * One target that is near to that of a document or of health, and none.
 *
 * @param section of the contract that speaks of it
 * @param target as it stands in a request line, in ISO 8859-1
 * @param statuses what it may be answered with. The first is what this gateway answers; where there is a second, the parser may
 *     decide
 */
public record TargetRow(String section, String target, int... statuses) {

    /**
     * A request for it.
     *
     * @return {@code GET}, in ISO 8859-1
     */
    public String request() {
        return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    @Override
    public String toString() {
        return target;
    }
}
