// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.net.URI;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One way in which upstream can fail.
 *
 * @param group what it is a part of
 * @param name what happens, in words
 * @param document the document that it happens to, or to it as well
 * @param begin makes it happen, now and until {@code end}; knows the address of another server, where nobody is to come to
 * @param end makes all well again
 * @param seen what upstream sees of one fetch
 * @param logged a part of what the log says of a failed fetch, or of a document that is accepted all the same
 * @param traits what else there is to know
 */
record Fault(
        String group,
        String name,
        Function<ApiServerStandIn, ServedDocument> document,
        BiConsumer<ApiServerStandIn, URI> begin,
        Consumer<ApiServerStandIn> end,
        Seen seen,
        String logged,
        Traits traits) {

    /** What upstream sees of a fetch. */
    enum Seen {
        /** Nothing, as its host answers for it, or nobody does. */
        NOTHING,
        /** A connection on which no request ever comes. */
        A_CONNECTION,
        /** A request. */
        A_REQUEST
    }

    /** What a fault does to those who wait. */
    enum Traits {
        /** The fetch fails at once. */
        QUICK,
        /** The same; where the connection was kept, upstream is asked once more on a new one first (CONTRACT 2.1). */
        ENDS_THE_CONNECTION,
        /** The fetch fails at its time-out. */
        HANGS,
        /** The fetch succeeds. */
        ACCEPTED
    }

    /** A fault of the whole server. */
    static Fault ofServer(
            String name,
            Consumer<ApiServerStandIn> begin,
            Consumer<ApiServerStandIn> end,
            Seen seen,
            String logged,
            Traits traits) {
        return new Fault(
                "The connection",
                name,
                ApiServerStandIn::jwks,
                (upstream, other) -> begin.accept(upstream),
                end,
                seen,
                logged,
                traits);
    }

    /** An answer to a request for the JWKS. */
    static Fault answer(String group, String name, Reply reply, String logged, Traits traits) {
        return ofDocument(group, name, ApiServerStandIn::jwks, (served, other) -> reply, logged, traits);
    }

    /** An answer to a request for the JWKS that sends the client to another server. */
    static Fault redirect(int status) {
        return ofDocument(
                "The status",
                status + " to another host",
                ApiServerStandIn::jwks,
                (served, other) -> Reply.redirect(status, other + ApiServerStandIn.JWKS_PATH),
                status + ": redirects are not followed",
                Traits.QUICK);
    }

    /** A 200 with something else than the document. */
    static Fault content(
            String name,
            Function<ApiServerStandIn, ServedDocument> document,
            UnaryOperator<byte[]> change,
            String logged,
            Traits traits) {
        return ofDocument(
                "The document",
                name,
                document,
                (served, other) -> Reply.of(200, "application/json", change.apply(served.bytes())),
                logged,
                traits);
    }

    private static Fault ofDocument(
            String group,
            String name,
            Function<ApiServerStandIn, ServedDocument> document,
            BiFunction<ServedDocument, URI, Reply> reply,
            String logged,
            Traits traits) {
        return new Fault(
                group,
                name,
                document,
                (upstream, other) -> {
                    ServedDocument served = document.apply(upstream);
                    served.fail(reply.apply(served, other));
                },
                upstream -> document.apply(upstream).heal(),
                Seen.A_REQUEST,
                logged,
                traits);
    }

    /** How many fetches upstream can have seen so far, of any document. */
    int fetchesSeen(ApiServerStandIn upstream) {
        return switch (seen) {
            case NOTHING -> 0;
            case A_CONNECTION -> upstream.connections();
            case A_REQUEST -> upstream.requests().size();
        };
    }

    @Override
    public String toString() {
        return group + ": " + name;
    }
}
