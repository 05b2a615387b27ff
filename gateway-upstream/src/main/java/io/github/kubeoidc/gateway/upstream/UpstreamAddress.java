// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the API server is. Its host has two names: the one to look up, which may have a trailing dot or an IPv6 zone, and
 * the one without them, by which certificates and the {@code Host} field know it (RFC 6066, section 3; RFC 6874, section 1).
 */
final class UpstreamAddress {
    private static final Pattern ZONE = Pattern.compile("%.*(?=])");

    private final URI url;
    private final String lookedUp;
    private final String named;
    private final int port;
    private final BlockingCall<InetAddress[]> resolving;

    /** The address that has answered 200 last, unless it has failed since. */
    private @Nullable InetAddress proven;

    /** Those that have failed and not answered 200 since, the one that failed longest ago first. */
    private final Set<InetAddress> failed = new LinkedHashSet<>();

    /**
     * Looks nothing up yet.
     *
     * @param configured the base URL as it is configured
     * @param timeout how long to wait for names to be resolved
     * @param names finds the addresses
     * @param executor has a thread for that at any time
     */
    UpstreamAddress(URI configured, Duration timeout, Names names, Executor executor) {
        String host = configured.getHost();
        // RFC 6874, section 2: a zone follows "%25"; a bare "%" is tolerated.
        lookedUp = host.startsWith("[") ? host.substring(1, host.length() - 1).replaceFirst("%25(?=.)", "%") : host;
        String clean = ZONE.matcher(host).replaceFirst("");
        if (clean.endsWith(".")) {
            clean = clean.substring(0, clean.length() - 1);
        }
        named = clean.startsWith("[") ? clean.substring(1, clean.length() - 1) : clean;
        String explicitPort = configured.getPort() < 0 ? "" : ":" + configured.getPort();
        url = URI.create(configured.getScheme() + "://" + clean + explicitPort + configured.getRawPath());
        port = configured.getPort() >= 0
                ? configured.getPort()
                : url.getScheme().equals("http") ? 80 : 443;
        resolving =
                new BlockingCall<>(() -> names.lookUp(lookedUp), executor, timeout.toNanos(), (found, failure) -> {});
    }

    /** Returns the base URL as requests and certificates have it. */
    URI url() {
        return url;
    }

    int port() {
        return port;
    }

    /** Returns all addresses of the host; first the one that has answered last, and last those that have failed since. */
    List<InetSocketAddress> resolve() throws FetchException, UnknownHostException, InterruptedException {
        try {
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (InetAddress address : inOrder(resolving.get())) {
                addresses.add(named(address));
            }
            return addresses;
        } catch (TimeoutException e) {
            throw new FetchException(
                    Outcome.TIMEOUT, "host " + lookedUp + " is not resolved yet, do the name servers answer?", e);
        } catch (ExecutionException e) {
            throw (UnknownHostException) new UnknownHostException(lookedUp).initCause(e.getCause());
        }
    }

    private synchronized Set<InetAddress> inOrder(InetAddress[] found) {
        Set<InetAddress> addresses = new LinkedHashSet<>(Arrays.asList(found));
        failed.retainAll(addresses);
        Set<InetAddress> ordered = new LinkedHashSet<>();
        if (proven != null && addresses.contains(proven)) {
            ordered.add(proven);
        }
        addresses.removeAll(failed);
        ordered.addAll(addresses);
        ordered.addAll(failed);
        return ordered;
    }

    /** Has this address tried first from now on. */
    synchronized void prove(InetSocketAddress address) {
        proven = address.getAddress();
        failed.remove(proven);
    }

    /** Has this address tried last from now on, until it answers. */
    synchronized void withdraw(InetSocketAddress address) {
        InetAddress withdrawn = address.getAddress();
        if (withdrawn.equals(proven)) {
            proven = null;
        }
        failed.remove(withdrawn);
        failed.add(withdrawn);
    }

    synchronized boolean isWithdrawn(InetSocketAddress address) {
        return failed.contains(address.getAddress());
    }

    private InetSocketAddress named(InetAddress address) throws UnknownHostException {
        InetAddress renamed;
        if (address instanceof Inet6Address v6 && v6.getScopedInterface() != null) {
            renamed = Inet6Address.getByAddress(named, v6.getAddress(), v6.getScopedInterface());
        } else if (address instanceof Inet6Address v6 && v6.getScopeId() > 0) {
            // Without that condition Java would show "%0" where there is no zone.
            renamed = Inet6Address.getByAddress(named, v6.getAddress(), v6.getScopeId());
        } else {
            renamed = InetAddress.getByAddress(named, address.getAddress());
        }
        return new InetSocketAddress(renamed, port);
    }
}
