// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How clients misbehave: a row of the matrix.
 *
 * @param what the row's name
 * @param section of the contract
 * @param connections how many at a time
 * @param time for how long at most
 * @param bound what bounds them: a constant and where it is, or who refuses
 * @param scripts what they send: the first connection the first of them, and so on; nothing where there are none
 * @param bytesPerSecond how fast they send; 0 for as fast as they can
 * @param newPerSecond how many connections are opened in a second at most
 * @param flags the rest of it
 */
record Behaviour(
        String what,
        String section,
        int connections,
        Duration time,
        String bound,
        List<byte[]> scripts,
        int bytesPerSecond,
        int newPerSecond,
        List<Flag> flags) {

    /** What not all do. */
    enum Flag {
        /** A connection that ended is followed by another. */
        AGAIN,
        /** Nothing is ever read. */
        NEVER_READS,
        /** The sending half is closed after the last byte. */
        HALF_CLOSES,
        /** It is closed as soon as it is open. */
        HANGS_UP,
        /** A close is a reset. */
        RESETS,
        /** It is HTTP as it should be, only much of it. */
        HONEST,
        /** A client that is still connected in the end is as expected. */
        STAYS
    }

    /** One that is as fast as it can, and has no script yet. */
    static Behaviour of(String section, String what, int connections, int seconds, String bound) {
        Duration time = Duration.ofSeconds(seconds);
        return new Behaviour(what, section, connections, time, bound, List.of(), 0, 2000, List.of());
    }

    /** The same, with further scripts. */
    Behaviour sending(String... more) {
        List<byte[]> all = Stream.concat(
                        scripts.stream(), Stream.of(more).map(script -> script.getBytes(StandardCharsets.ISO_8859_1)))
                .toList();
        return new Behaviour(what, section, connections, time, bound, all, bytesPerSecond, newPerSecond, flags);
    }

    Behaviour with(Flag... more) {
        return new Behaviour(
                what, section, connections, time, bound, scripts, bytesPerSecond, newPerSecond, List.of(more));
    }

    Behaviour atBytesPerSecond(int rate) {
        return new Behaviour(what, section, connections, time, bound, scripts, rate, newPerSecond, flags);
    }

    Behaviour openingPerSecond(int rate) {
        return new Behaviour(what, section, connections, time, bound, scripts, bytesPerSecond, rate, flags);
    }

    boolean is(Flag flag) {
        return flags.contains(flag);
    }
}
