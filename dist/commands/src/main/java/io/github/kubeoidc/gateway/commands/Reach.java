// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.upstream.ServerProbe;
import io.github.kubeoidc.gateway.upstream.ServerProbe.Attempt;
import io.github.kubeoidc.gateway.upstream.ServerProbe.Handshake;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The steps on the way to any server: name, TCP, TLS.
 *
 * @param where how the steps begin
 */
record Reach(Report report, ServerProbe probe, String where) {
    private static final String NOT_ALL = "some clients try no other one: ";

    /** Goes there, and returns the first address that can be used; {@code null} where there is none, which is told then. */
    @Nullable
    InetSocketAddress look(boolean isTls) {
        List<InetSocketAddress> addresses;
        try {
            addresses = probe.resolve();
            report.ok(where + "name", list(addresses.stream()));
        } catch (FetchException e) {
            report.fail(where + "name", String.valueOf(e.getMessage()), "ask the same name server with nslookup");
            report.skip(where + "TCP, TLS", "the name has no address");
            return null;
        }
        List<Attempt> tried = probe.reach(addresses, isTls);
        List<Attempt> connected = tried.stream().filter(Attempt::isConnected).toList();
        if (connected.isEmpty()) {
            report.fail(where + "TCP", message(tried.get(0)), "look at port, firewall and NetworkPolicy");
            report.skip(where + "TLS", "nothing takes a connection");
            return null;
        }
        tcp(tried, connected);
        if (isTls) {
            tls(connected);
        }
        Attempt last = tried.get(tried.size() - 1);
        return last.failure() == null ? last.address() : null;
    }

    private void tcp(List<Attempt> tried, List<Attempt> connected) {
        String seen = addresses(connected) + " port " + tried.get(0).address().getPort()
                + (connected.size() == 1 ? " takes connections" : " take connections");
        List<Attempt> others =
                tried.stream().filter(attempt -> !attempt.isConnected()).toList();
        if (others.isEmpty()) {
            report.ok(where + "TCP", seen);
        } else {
            String not = others.size() == 1 ? " does not" : " do not";
            report.warn(
                    where + "TCP",
                    seen + ", and " + addresses(others) + not,
                    NOT_ALL + "is it right, and is there a way to it from here?");
        }
    }

    private void tls(List<Attempt> connected) {
        String failures = connected.stream()
                .filter(attempt -> attempt.failure() != null)
                .map(attempt -> (connected.size() == 1 ? "" : addresses(List.of(attempt)) + ": ") + message(attempt))
                .collect(Collectors.joining("; "));
        Attempt last = connected.get(connected.size() - 1);
        FetchException failure = last.failure();
        if (failure != null) {
            report.fail(where + "TLS", failures, advice(failure, false));
        } else if (failures.isEmpty()) {
            tell("TLS", last.handshake());
        } else {
            report.warn(
                    where + "TLS",
                    addresses(List.of(last)) + ": " + seen(last.handshake()) + "; " + failures,
                    NOT_ALL + "look at what answers there");
        }
    }

    /** Looks whether a server that can be reached speaks this version of TLS, too. */
    void version(InetSocketAddress address, String protocol) {
        try {
            tell(protocol, probe.handshake(address, protocol));
        } catch (FetchException e) {
            report.fail(where + protocol, String.valueOf(e.getMessage()), advice(e, true));
        }
    }

    private void tell(String step, Handshake handshake) {
        if (handshake
                .certificate()
                .getNotAfter()
                .toInstant()
                .isBefore(Instant.now().plus(Duration.ofDays(7)))) {
            report.warn(where + step, seen(handshake), "renew it in time");
        } else {
            report.ok(where + step, seen(handshake));
        }
    }

    private static String seen(Handshake handshake) {
        return handshake.protocol() + ", certificate by "
                + handshake.certificate().getIssuerX500Principal().getName() + ", valid until "
                + handshake.certificate().getNotAfter().toInstant();
    }

    private static String addresses(List<Attempt> attempts) {
        return list(attempts.stream().map(Attempt::address));
    }

    private static String list(Stream<InetSocketAddress> addresses) {
        return addresses.map(address -> address.getAddress().getHostAddress()).collect(Collectors.joining(", "));
    }

    private static String message(Attempt attempt) {
        return attempt.failure() == null ? "" : String.valueOf(attempt.failure().getMessage());
    }

    private static String advice(FetchException failure, boolean isOneVersion) {
        if (failure.outcome() != Outcome.TLS) {
            return "does this port speak TLS? Look at what listens there, and at what is on the way";
        }
        return isOneVersion
                ? "allow this version of TLS there: some relying parties know no newer one"
                : "it has to show a whole chain up to a trusted CA, for this host, and not expired, and to take a curve"
                        + " (X25519, P-256, P-384 or P-521) and a cipher suite of TLS 1.2 with ECDHE and SHA-2, or TLS 1.3";
    }
}
