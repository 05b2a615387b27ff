// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import io.github.kubeoidc.gateway.conformance.fault.Fault.Traits;
import io.github.kubeoidc.gateway.conformance.fault.FaultRun.State;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of the documentation that says what comes of each fault, as it was seen in a run. */
final class FaultsPage {

    private static final String INTRODUCTION = """
            # When the API server fails

            What a relying party gets while the API server, or a server in its place, is broken. Each row is a fault that was
            made on purpose, in front of the launcher of this build; nothing here is written by hand. The gateway ran with
            `UPSTREAM_TIMEOUT_SECONDS=%d` and `CACHE_TTL_SECONDS=%d`, and met each fault in three states:

            * **nothing**: the document was never fetched,
            * **fresh**: it was fetched less than `CACHE_TTL_SECONDS` ago,
            * **stale**: it was fetched longer ago than that,

            each time with **1** request, and with **%d** at once. A cell has three things: the status that
            every one of them got, how many fetches the API server saw, and how long the slowest took. A 200 is the good document
            from before the fault, byte for byte. `–` is for a fetch that the API server cannot see. The last column is a part of
            the one `WARN` line that each failed fetch leaves.

            The run checks more than the table shows: no answer took longer than it may (`UPSTREAM_TIMEOUT_SECONDS` with nothing, 300 ms
            with a stale document, and 1.5 s for the machine), the token came to nobody but the API server (a second server, where
            the redirects lead, saw no connection), it is in no answer and no line of the log, and once the fault was over the gateway
            fetched again.

            After `mvn -DskipTests package`,
            `mvn -pl integration-tests -am verify -Dtest=none -Dit.test=FaultMatrixIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false` runs it alone, in two minutes,
            and leaves this page in `integration-tests/target/faults.md`. It fails where a run and the page differ in anything but the
            times, which are those of one run on two processors.
            """;

    private FaultsPage() {}

    /**
     * Writes it.
     *
     * @param many how many requests came at once, other than one
     * @param runs what was seen, by fault, number of requests and state
     */
    static String of(int many, Map<Fault, Map<Integer, Map<State, Observation>>> runs) {
        StringBuilder page =
                new StringBuilder(INTRODUCTION.formatted(FaultRun.TIMEOUT.toSeconds(), FaultRun.TTL.toSeconds(), many));
        List<String> groups =
                runs.keySet().stream().map(Fault::group).distinct().toList();
        for (String group : groups) {
            page.append("\n## ").append(group).append("\n\n| fault |");
            for (State state : State.values()) {
                String name = state.name().toLowerCase(Locale.ROOT);
                page.append(" %s, 1 | %s, %d |".formatted(name, name, many));
            }
            page.append(" the log |\n|---|---|---|---|---|---|---|---|\n");
            runs.forEach((fault, byRequests) -> {
                if (fault.group().equals(group)) {
                    page.append(row(fault, many, byRequests));
                }
            });
        }
        return page.toString();
    }

    private static String row(Fault fault, int many, Map<Integer, Map<State, Observation>> byRequests) {
        StringBuilder row = new StringBuilder("| ").append(fault.name()).append(" |");
        for (State state : State.values()) {
            for (int requests : List.of(1, many)) {
                row.append(' ')
                        .append(cell(fault, state, byRequests.get(requests).get(state)))
                        .append(" |");
            }
        }
        return row.append(" `").append(fault.logged()).append("` |\n").toString();
    }

    private static String cell(Fault fault, State state, Observation seen) {
        String statuses = seen.responses().stream()
                .map(response -> Integer.toString(response.status()))
                .distinct()
                .collect(Collectors.joining(" and "));
        String which = fault.traits() != Traits.ACCEPTED || state == State.FRESH
                ? ""
                : state == State.NOTHING ? " new" : " old or new";
        String fetches = fault.seen() == Fault.Seen.NOTHING && state != State.FRESH ? "–" : "" + seen.fetches();
        return String.format(
                Locale.ROOT,
                "%s%s · %s · %.2f s",
                statuses,
                which,
                fetches,
                seen.slowest().toMillis() / 1000.0);
    }
}
