// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is done to a gateway at once.
 *
 * @param what the storm's name
 * @param environment what differs from the defaults
 * @param files how many files the process may have open; 0 for as many as the system allows
 * @param logIsRead whether somebody reads standard output meanwhile
 * @param before what upstream does from before the gateway's start on
 * @param after what upstream does afterwards
 * @param clients who takes part
 */
record Storm(
        String what,
        Map<String, String> environment,
        int files,
        boolean logIsRead,
        Consumer<ApiServerStandIn> before,
        Consumer<ApiServerStandIn> after,
        List<Behaviour> clients) {

    static Storm of(String what, Behaviour... clients) {
        return new Storm(what, Map.of(), 0, true, upstream -> {}, upstream -> {}, List.of(clients));
    }

    Storm behind(Map<String, String> variables, Consumer<ApiServerStandIn> first, Consumer<ApiServerStandIn> last) {
        return new Storm(what, variables, files, logIsRead, first, last, clients);
    }

    Storm withFiles(int number) {
        return new Storm(what, environment, number, logIsRead, before, after, clients);
    }

    Storm withLogBlocked() {
        return new Storm(what, environment, files, false, before, after, clients);
    }
}
