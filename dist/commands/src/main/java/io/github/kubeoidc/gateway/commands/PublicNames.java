// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.PublicUrl;
import io.github.kubeoidc.gateway.upstream.Names;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The steps that look up what the names in the documents lead to. What is wrong there is a warning and never a failure: a
 * relying party asks other name servers, which may have another view of the same name (split-horizon DNS).
 */
final class PublicNames {
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+");
    private static final int MAX_NAME = 256;
    private static final int MAX_ADDRESSES = 5;

    private final Report report;
    private final Names names;
    private final Duration patience;
    private final Set<String> seen = new HashSet<>();

    /**
     * Has looked nothing up yet.
     *
     * @param patience how long a name server may take
     */
    PublicNames(Report report, Names names, Duration patience) {
        this.report = report;
        this.names = names;
        this.patience = patience;
    }

    /** Looks at the host of a URL that has nothing wrong by its text, unless it is an address or was looked at before. */
    void look(String member, URI url) {
        String host = url.getHost();
        if (ADDRESS.matcher(host).matches() || !seen.add(host)) {
            return;
        }
        String step = member + " name";
        String shown = LogText.escape(host, MAX_NAME);
        String outside = "ask a name server outside with nslookup: relying parties need a public address there";
        try {
            InetAddress[] all = addresses(host);
            List<InetAddress> internal =
                    Arrays.stream(all).filter(PublicUrl::isPrivate).toList();
            if (internal.isEmpty()) {
                report.ok(step, shown + " is " + list(List.of(all)));
            } else {
                report.warn(step, shown + " is " + list(internal) + " here, which is a private address", outside);
            }
        } catch (TimeoutException e) {
            report.warn(step, shown + " was not resolved within " + patience.toSeconds() + "s", outside);
        } catch (ExecutionException e) {
            report.warn(step, shown + " cannot be resolved here", outside);
        }
    }

    private static String list(List<InetAddress> addresses) {
        return addresses.stream()
                .limit(MAX_ADDRESSES)
                .map(InetAddress::getHostAddress)
                .collect(Collectors.joining(", "));
    }

    private InetAddress[] addresses(String host) throws ExecutionException, TimeoutException {
        FutureTask<InetAddress[]> asking = new FutureTask<>(() -> names.lookUp(host));
        // A name server that does not answer keeps the thread for as long as the system's resolver waits.
        Thread thread = new Thread(asking, "names");
        thread.setDaemon(true);
        thread.start();
        try {
            return asking.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException();
        }
    }
}
