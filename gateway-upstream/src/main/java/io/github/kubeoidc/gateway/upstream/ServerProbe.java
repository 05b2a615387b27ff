// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.upstream.FetchErrors.NotConnectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Goes one step of a fetch at a time, for an operator who wants to know which of them fails: reads the files, resolves the
 * name, connects, shakes hands. Rules and words are those of {@link UpstreamSource}. Each method blocks for the timeout at
 * most, and a handshake for twice the timeout, as it connects first.
 */
public final class ServerProbe {
    private static final Workers READERS = new Workers("probe");

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
     * @param timeout the bound of each step
     */
    public ServerProbe(
            URI url, String variable, @Nullable List<X509Certificate> trusted, String trust, Duration timeout) {
        address = new UpstreamAddress(url, timeout, InetAddress::getAllByName, READERS);
        errors = new FetchErrors(url, variable, trust);
        tls = CaFile.trusting(trusted);
        timeoutMillis = (int) timeout.toMillis();
    }

    /**
     * Reads a bearer token.
     *
     * @param name what names the file in messages, for instance {@code SA_TOKEN_PATH}
     * @param file the file
     * @return the token (RFC 6750, section 2.1), which nothing may print
     * @throws FetchException if there is none; its message names the file and quotes nothing of it
     */
    public static String readToken(String name, Path file) throws FetchException {
        return read(new LastGoodFile<>(name, file, TokenFile.MAX_BYTES, TokenFile::parse, READERS));
    }

    /**
     * Reads PEM certificates.
     *
     * @param name what names the file in messages, for instance {@code SA_CA_CERT_PATH}
     * @param file the file
     * @return what is in it, at least one certificate
     * @throws FetchException if there is none, or one of them is malformed
     */
    public static Pem readCertificates(String name, Path file) throws FetchException {
        CaFile.Content content = read(new LastGoodFile<>(name, file, CaFile.MAX_BYTES, CaFile::parse, READERS));
        return new Pem(content.certificates(), content.skipped());
    }

    /**
     * What a file of certificates has.
     *
     * @param certificates at least one
     * @param others the labels of what is no certificate, for instance {@code PRIVATE KEY}
     */
    public record Pem(List<X509Certificate> certificates, Set<String> others) {}

    private static <T> T read(LastGoodFile<T> file) throws FetchException {
        try {
            T content = file.read();
            if (content == null) {
                throw new FetchException(Outcome.IO, file.toString(), null);
            }
            return content;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * Resolves the name.
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
     * Finds the first address that takes a connection.
     *
     * @param addresses what to try, in this order
     * @return one of them
     * @throws FetchException if there is none
     */
    public InetSocketAddress connect(List<InetSocketAddress> addresses) throws FetchException {
        IOException problem = new IOException();
        for (InetSocketAddress candidate : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(candidate, Math.max(1, timeoutMillis / addresses.size()));
                return candidate;
            } catch (IOException e) {
                problem = e;
            }
        }
        throw errors.explain(new NotConnectedException(problem));
    }

    /**
     * Shakes hands.
     *
     * @param where an address that takes connections
     * @param protocols the versions of TLS to offer, for instance {@code TLSv1.2}; none for those of the JDK
     * @return what was agreed on, the server's certificates included
     * @throws FetchException if there is no agreement, or the certificate is refused
     */
    public SSLSession handshake(InetSocketAddress where, String... protocols) throws FetchException {
        long begun = System.nanoTime();
        try (Socket plain = new Socket()) {
            plain.connect(where, timeoutMillis);
            // A timeout of the socket would begin anew with every byte.
            CompletableFuture.delayedExecutor(timeoutMillis, TimeUnit.MILLISECONDS)
                    .execute(() -> close(plain));
            String host = address.url().getHost();
            try (SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, host, where.getPort(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                if (protocols.length > 0) {
                    parameters.setProtocols(protocols);
                }
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return socket.getSession();
            }
        } catch (IOException e) {
            boolean isLate = System.nanoTime() - begun >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            throw isLate ? explain(new SocketTimeoutException()) : noHandshake(e);
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

    /**
     * Returns what connections to the server trust.
     *
     * @return a context whose sockets refuse other certificates
     */
    public SSLContext tls() {
        return tls;
    }

    /**
     * Says in an operator's words why asking the server failed.
     *
     * @param failure what was thrown
     * @return the same in words; quotes nothing that the server sent
     */
    public FetchException explain(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return new FetchException(
                    Outcome.TIMEOUT,
                    "takes connections, and does not answer within " + timeoutMillis / 1000 + "s",
                    null);
        }
        return errors.explain(failure);
    }

    private static FetchException interrupted() {
        Thread.currentThread().interrupt();
        return new FetchException(Outcome.IO, "interrupted", null);
    }
}
