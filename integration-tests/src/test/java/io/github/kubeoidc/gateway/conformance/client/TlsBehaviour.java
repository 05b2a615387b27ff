// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * How clients misbehave with TLS: a row of its matrix.
 *
 * @param behaviour what the row says of them, and what they do where they do not speak TLS
 * @param expected all that any of them may get
 * @param play lets them behave in that way
 */
record TlsBehaviour(Behaviour behaviour, Set<String> expected, Play play) {

    /** An alert or the records of a handshake, which begin so (RFC 8446, section 5.1). */
    private static final Pattern RECORD = Pattern.compile("(?s)[\\x14-\\x17]\\x03[\\x00-\\x04].*");

    private static final Pattern NO_ANSWER = Pattern.compile("(?s)no answer: (.*)");

    /** Lets clients behave in some way, and returns what they get. */
    @FunctionalInterface
    interface Play {
        Set<String> outcomes(URI gateway, SSLContext trust) throws Exception;
    }

    /** A row whose clients send bytes of their own instead of speaking TLS. */
    static TlsBehaviour beneath(Behaviour behaviour, String... expected) {
        return new TlsBehaviour(
                behaviour,
                Set.of(expected),
                (gateway, trust) -> outcomes(behaviour, HostileClients.run(gateway, behaviour, () -> {})));
    }

    private static Set<String> outcomes(Behaviour behaviour, HostileClients.Fate fate) {
        Set<String> outcomes = fate.outcomes().keySet().stream()
                .map(TlsBehaviour::withoutRecords)
                .collect(Collectors.toCollection(TreeSet::new));
        if (fate.open() > 0 && behaviour.is(Behaviour.Flag.STAYS)) {
            outcomes.add("no answer");
        } else if (fate.open() > 0 && !behaviour.is(Behaviour.Flag.AGAIN)) {
            outcomes.add(fate.open() + " stay open");
        }
        return outcomes;
    }

    /** TLS says in a record why it closes, or has begun its part of a handshake. */
    private static String withoutRecords(String outcome) {
        Matcher received = NO_ANSWER.matcher(outcome);
        return received.matches() && RECORD.matcher(received.group(1)).matches() ? "a close" : outcome;
    }

    /** A row whose clients speak TLS, each on a thread of its own. */
    static TlsBehaviour speaking(Behaviour behaviour, TlsClients.Script script, String... expected) {
        return new TlsBehaviour(
                behaviour,
                Set.of(expected),
                (gateway, trust) -> TlsClients.run(gateway, trust, behaviour.connections(), behaviour.time(), script));
    }
}
