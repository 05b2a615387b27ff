// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import java.util.Map;
import java.util.OptionalInt;

/** What a gateway said that refused its configuration, with status 2. */
record Refusal(GatewayDidNotStart end) {

    /**
     * Starts a gateway that has to refuse.
     *
     * @throws AssertionError if it listens or ends in another way
     */
    static Refusal of(Delivery delivery, Map<String, String> environment) {
        try (StartedGateway gateway = delivery.start(environment)) {
            throw new AssertionError(environment + "; it listens on " + gateway.baseUri());
        } catch (GatewayDidNotStart e) {
            Expect.holds(
                    e.exitStatus().equals(OptionalInt.of(2)),
                    environment + "; the exit status is " + e.exitStatus() + " instead of 2, " + e.getMessage());
            return new Refusal(e);
        }
    }

    /** A line with the variable and a word, for each of the words. */
    Refusal names(String variable, String... words) {
        for (String word : words) {
            Expect.holds(
                    end.errors().lines().anyMatch(line -> line.contains(variable) && line.contains(word)),
                    "standard error has no line with " + variable + " and '" + word + "': " + end.errors());
        }
        return this;
    }

    Refusal namesNot(String variable) {
        Expect.holds(!end.errors().contains(variable), variable + " is complained of: " + end.errors());
        return this;
    }

    Refusal hides(String secret) {
        Expect.holds(!end.getMessage().contains(secret), secret + " is printed: " + end.getMessage());
        return this;
    }
}
