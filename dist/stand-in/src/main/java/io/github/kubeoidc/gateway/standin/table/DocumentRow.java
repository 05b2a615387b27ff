// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.util.List;

/**
 * One thing that an API server may send instead of a document, or that is a document all the same. Section 2.3 of the contract
 * decides which.
 *
 * @param name what it is, in words that fit the first form
 * @param reason why it is refused, in the words of this gateway's {@code WARN}; empty where it is accepted. A gateway of another
 *     make has other words
 * @param forms that it comes in, at least one. The kit and the fault matrix serve the first, unit tests read all
 */
public record DocumentRow(String name, String reason, List<Form> forms) {

    /**
     * One form of it.
     *
     * @param path of the document that it is sent as
     * @param bytes what is sent, not to be changed
     */
    public record Form(String path, byte[] bytes) {

        /**
         * {@return the document that it is sent as, by its path}
         *
         * @param upstream the stand-in that serves it
         */
        public ServedDocument in(ApiServerStandIn upstream) {
            return path.equals(ApiServerStandIn.JWKS_PATH) ? upstream.jwks() : upstream.discovery();
        }
    }

    /** {@return the first form, which the name describes} */
    public Form first() {
        return forms.get(0);
    }

    @Override
    public String toString() {
        return name;
    }
}
