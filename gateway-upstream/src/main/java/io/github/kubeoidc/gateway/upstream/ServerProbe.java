// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.upstream.FetchErrors.NotConnectedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * Goes one step of a fetch at a time, for an operator who wants to know which of them fails: resolves the name, connects, shakes
 * hands, asks. Rules and words are those of {@link UpstreamSource}. Each method blocks; how long at most, it says.
 */
public final class ServerProbe {
    private final URI url;
    private final UpstreamAddress address;
    private final FetchErrors errors;
    private final SSLContext tls;
    private final int timeoutMillis;

    /**
     * Creates a probe that has asked nothing yet.
     *
     * @param url the base URL of the server
     * @param variable what names that URL in messages, for instance {@code UPSTREAM_HOST}
     * @param trusted whom to trust; {@code null} for whom the JDK trusts
     * @param trust what names these in messages
     * @param timeout the bound of each step but the last
     * @param names finds the addresses of the server
     */
    public ServerProbe(
            URI url,
            String variable,
            @Nullable List<X509Certificate> trusted,
            String trust,
            Duration timeout,
            Names names) {
        this.url = url;
        address = new UpstreamAddress(url, timeout, names, FileProbe.READERS);
        errors = new FetchErrors(url, variable, trust);
        tls = CaFile.trusting(trusted);
        timeoutMillis = (int) timeout.toMillis();
    }

    /**
     * Resolves the name, within the timeout.
     *
     * @return all addresses, at least one
     * @throws FetchException if it has none
     */
    public List<InetSocketAddress> resolve() throws FetchException {
        try {
            return address.resolve();
        } catch (UnknownHostException e) {
            throw errors.explain(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * Goes to the server as a fetch does: to one address after the other, until one takes a connection and, with TLS, agrees on
     * it. Each address has an equal part of the timeout for each of the two.
     *
     * @param addresses where to go, in this order
     * @param isTls whether to shake hands
     * @return what became of each address that was tried, in their order; only the last one can have no failure
     */
    public List<Attempt> reach(List<InetSocketAddress> addresses, boolean isTls) {
        List<Attempt> attempts = new ArrayList<>();
        int turnMillis = Math.max(1, timeoutMillis / addresses.size());
        for (InetSocketAddress candidate : addresses) {
            Attempt attempt = attempt(candidate, isTls, turnMillis);
            attempts.add(attempt);
            if (attempt.failure == null) {
                break;
            }
        }
        return attempts;
    }

    /**
     * What became of one address.
     *
     * @param address which
     * @param isConnected whether it took a connection
     * @param handshake what was agreed on; {@code null} without TLS, and where there was no agreement
     * @param failure why it cannot be used; {@code null} where it can
     */
    public record Attempt(
            InetSocketAddress address,
            boolean isConnected,
            @Nullable Handshake handshake,
            @Nullable FetchException failure) {}

    private Attempt attempt(InetSocketAddress where, boolean isTls, int boundMillis) {
        try (Socket socket = new Socket()) {
            socket.connect(where, boundMillis);
        } catch (IOException e) {
            return new Attempt(where, false, null, errors.explain(new NotConnectedException(e)));
        }
        try {
            return new Attempt(where, true, isTls ? handshake(where, boundMillis) : null, null);
        } catch (FetchException e) {
            return new Attempt(where, true, null, e);
        }
    }

    /**
     * What a client and the server agreed on.
     *
     * @param protocol the version of TLS
     * @param certificate the server's own
     */
    public record Handshake(String protocol, X509Certificate certificate) {}

    /**
     * Shakes hands, within twice the timeout.
     *
     * @param where an address that takes connections
     * @param protocol the version of TLS to offer, for instance {@code TLSv1.2}
     * @return what was agreed on
     * @throws FetchException if there is no agreement, or the certificate is refused
     */
    public Handshake handshake(InetSocketAddress where, String protocol) throws FetchException {
        return handshake(where, timeoutMillis, protocol);
    }

    private Handshake handshake(InetSocketAddress where, int boundMillis, String... protocols) throws FetchException {
        long begun = System.nanoTime();
        try (Socket plain = new Socket()) {
            plain.connect(where, boundMillis);
            // A timeout of the socket would begin anew with every byte.
            CompletableFuture.delayedExecutor(boundMillis, TimeUnit.MILLISECONDS)
                    .execute(() -> close(plain));
            String host = address.url().getHost();
            try (SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, host, where.getPort(), true)) {
                SSLParameters parameters = TlsEngines.parameters();
                if (protocols.length > 0) {
                    parameters.setProtocols(protocols);
                }
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                SSLSession session = socket.getSession();
                return new Handshake(session.getProtocol(), (X509Certificate) session.getPeerCertificates()[0]);
            }
        } catch (IOException e) {
            Duration bound = Duration.ofMillis(boundMillis);
            throw System.nanoTime() - begun < bound.toNanos() ? noHandshake(e) : silent(bound);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It cannot be used any more, which is what was wanted.
        }
    }

    private FetchException noHandshake(IOException failure) {
        if (failure instanceof SSLException) {
            // The JDK has no class of its own for bytes that are no TLS record.
            return String.valueOf(failure.getMessage()).startsWith("Unsupported or unrecognized SSL message")
                    ? new FetchException(Outcome.IO, "what answers there is no TLS", failure)
                    : errors.explain(failure);
        }
        return new FetchException(
                Outcome.IO, "the connection was closed in the middle of the TLS handshake", errors.explain(failure));
    }

    private static FetchException silent(Duration bound) {
        String seconds =
                BigDecimal.valueOf(bound.toMillis(), 3).stripTrailingZeros().toPlainString();
        return new FetchException(
                Outcome.TIMEOUT, "takes connections, and does not answer within " + seconds + "s", null);
    }

    /**
     * Asks for a document as a relying party does: without a token.
     *
     * @param where an address that takes connections
     * @param path what follows the URL
     * @param bound of the whole exchange
     * @return the answer, whatever its status
     * @throws FetchException if there is none within the bound
     */
    public Answer get(InetSocketAddress where, String path, Duration bound) throws FetchException {
        ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1, FileProbe.READERS.getThreadFactory());
        Names one = host -> new InetAddress[] {where.getAddress()};
        try (ApiServer server = new ApiServer(url, errors, bound, FileProbe.READERS, FileProbe.READERS, timer, one)) {
            long begun = System.nanoTime();
            ApiServer.Call call = server.call(path);
            timer.schedule(call::stop, bound.toNanos(), TimeUnit.NANOSECONDS);
            try {
                Exchange.Answer answer = call.get(null, tls);
                return new Answer(
                        answer.status(),
                        HttpFields.asMap(answer.fields()),
                        answer.body(),
                        Duration.ofNanos(System.nanoTime() - begun));
            } catch (FetchException e) {
                throw System.nanoTime() - begun < bound.toNanos() ? e : silent(bound);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            timer.shutdownNow();
        }
    }

    /**
     * What a relying party gets.
     *
     * @param status the status
     * @param fields the header, by the names that it has there
     * @param body empty unless the status is 200, and not decoded
     * @param took how long it took, from the connection to the last byte
     */
    public record Answer(int status, Map<String, List<String>> fields, byte[] body, Duration took) {}

    private static FetchException interrupted() {
        Thread.currentThread().interrupt();
        return new FetchException(Outcome.IO, "interrupted", null);
    }
}
