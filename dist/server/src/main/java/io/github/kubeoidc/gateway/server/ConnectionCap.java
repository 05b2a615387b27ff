// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.nio.channels.SelectableChannel;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many connections there are: the longest-idle ones make room for new ones. Their number is asked of those that are
 * there, and nothing is lowered for longer than a look takes. Only one thread at a time accepts and makes room: two would choose the
 * same connections.
 */
final class ConnectionCap {
    /** How many connections beyond the cap may be on their way in or out. */
    static final int IN_TRANSIT = 64;

    /** How many connections make room at a time where no file can be opened: what a fetch and a stored document need. */
    private static final int FILES_ROOM = 8;

    /** Not a variable of the configuration: it goes with the memory that the process is given, as the heap's size does. */
    private static final String MAX_CONNECTIONS_PROPERTY = "kube-oidc-gateway.max-connections";

    private static final int MAX_CONNECTIONS = 10_000;
    private static final int SHOWN_CHARACTERS = 100;

    /**
     * How much heap there has to be for each connection, of which an idle one takes up to 6 KiB. A larger part is free for
     * documents and requests in progress.
     */
    private static final int HEAP_FOR_EACH = 10 * 1024;

    /** The part of the heap that idle connections may take up with TLS. */
    private static final int TLS_PART = 3;

    private final int max;
    private final int transit;
    private final Supplier<? extends Collection<EndPoint>> open;
    private final BiConsumer<ClientEndPoint, Reason> refuse;
    private final Set<SelectableChannel> arriving = ConcurrentHashMap.newKeySet();

    ConnectionCap(int max, Supplier<? extends Collection<EndPoint>> open, BiConsumer<ClientEndPoint, Reason> refuse) {
        this.max = max;
        this.transit = Math.min(IN_TRANSIT, max);
        this.open = open;
        this.refuse = refuse;
    }

    /**
     * The cap of this process.
     *
     * @throws ConfigurationException if the system property for it is no positive number
     */
    static int ofProcess(boolean isTls) throws ConfigurationException {
        return of(
                parse(System.getProperty(MAX_CONNECTIONS_PROPERTY)),
                Runtime.getRuntime().maxMemory(),
                isTls);
    }

    /** As many as are configured, and no more than a heap of so many bytes has room for. */
    static int of(int configured, long heapBytes, boolean isTls) {
        long each = isTls ? TLS_PART * TlsConnectionFactory.HEAP_PER_CONNECTION : HEAP_FOR_EACH;
        return (int) Math.min(configured, heapBytes / each);
    }

    /** Reads the property's value; null where it is not set. */
    static int parse(@Nullable String property) throws ConfigurationException {
        if (property == null) {
            return MAX_CONNECTIONS;
        }
        try {
            int max = Integer.parseInt(property);
            if (max > 0) {
                return max;
            }
        } catch (NumberFormatException e) {
            // As with a number that is too small.
        }
        throw new ConfigurationException(List.of(MAX_CONNECTIONS_PROPERTY + "="
                + LogText.line(property, SHOWN_CHARACTERS) + ": allowed is a number from 1 to " + Integer.MAX_VALUE));
    }

    /** A connection is accepted, and on its way to be open. */
    void onAccepted(SelectableChannel channel) {
        arriving.add(channel);
    }

    /** It is open, and so counted there already, or closed. */
    void onArrived(SelectableChannel channel) {
        arriving.remove(channel);
    }

    private Stream<ClientEndPoint> clients() {
        return open.get().stream().map(ClientEndPoint.class::cast);
    }

    /** How many connections take up memory: those that are open, come or go. */
    int held() {
        return arriving.size() + open.get().size();
    }

    /**
     * Makes room for one more connection, and returns whether there is: a flood would be accepted faster than others are
     * closed, so that few may be on their way; but not one at a time, which is slower than the kernel's queue fills up.
     */
    boolean makeRoom() {
        return makeRoom(max, Reason.SURPLUS) && arriving.size() < transit && held() < max + transit;
    }

    /** The process may have no more files open: some connections make room. */
    void onNoFiles() {
        makeRoom(Math.max(held() - FILES_ROOM, held() / 2), Reason.NO_FILES);
    }

    /**
     * Closes connections until no more than so many are open: those first that have had no whole request for longest, which
     * an unfinished head is not. Returns {@code false} while connections are still arriving: one of them may be idle, and a
     * close now would hit a request that is being answered.
     */
    private boolean makeRoom(int allowed, Reason reason) {
        if (held() <= allowed) {
            return true;
        }
        // Only this thread adds to those that arrive, so that what leaves them meanwhile is counted once.
        Set<SelectableChannel> coming = Set.copyOf(arriving);
        long there = coming.size()
                + clients()
                        .filter(client -> client.isOpen() && !coming.contains(client.getChannel()))
                        .count();
        for (; there > allowed; there--) {
            ClientEndPoint client = clients()
                    .filter(ClientEndPoint::isOpen)
                    .min(Comparator.comparing((ClientEndPoint candidate) ->
                                    candidate.request().isAnswering())
                            .thenComparingLong(candidate -> candidate.progress().since()))
                    .orElse(null);
            if (client == null || client.request().isAnswering() && !coming.isEmpty()) {
                return false;
            }
            refuse.accept(client, reason);
        }
        return true;
    }
}
