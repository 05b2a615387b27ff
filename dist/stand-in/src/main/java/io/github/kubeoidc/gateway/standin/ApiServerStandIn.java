// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a Kubernetes API server, on loopback unless told otherwise: TLS under a CA of its own, a bearer token, the two OIDC documents
 * with a real signing key, and faults on demand.
 *
 * <p>It takes a free port and keeps it. All methods may be called from any thread and take effect for the next
 * connection or request.
 */
public final class ApiServerStandIn implements AutoCloseable {

    /** Where an API server has the discovery document. */
    public static final String DISCOVERY_PATH = "/.well-known/openid-configuration";

    /** Where an API server has the JSON Web Key Set. */
    public static final String JWKS_PATH = "/openid/v1/jwks";

    /** The issuer in its discovery document and in its tokens. */
    public static final String ISSUER = "https://issuer.example/cluster";

    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> LOCAL_NAMES = List.of("localhost", LOOPBACK);

    private final SigningKey signingKey = SigningKey.ofThisProcess();
    private final ServedDocument discovery;
    private final ServedDocument jwks =
            new ServedDocument(JWKS_PATH, "application/jwk-set+json", SigningKey.jwks(signingKey));
    private final ServiceAccountFiles files;
    private final AtomicInteger tokens = new AtomicInteger();
    private final String address;
    private final ListeningPort port;
    private final List<UpstreamRequest> requests = new CopyOnWriteArrayList<>();

    private final boolean withTls;
    private final StandInTls tls;
    private volatile String token;
    private volatile @Nullable Reply onKeptConnections;

    private ApiServerStandIn(boolean withTls, StandInTls tls, String address, @Nullable Path directory) {
        this.withTls = withTls;
        this.tls = tls;
        this.address = address;
        try {
            port = new ListeningPort(InetAddress.getByName(address), this::serve);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
        discovery = new ServedDocument(
                DISCOVERY_PATH,
                "application/json",
                "{\"issuer\":\"" + ISSUER + "\",\"jwks_uri\":\"" + ISSUER + JWKS_PATH
                        + "\",\"response_types_supported\":[\"id_token\"],\"subject_types_supported\":[\"public\"],"
                        + "\"id_token_signing_alg_values_supported\":[\"RS256\"]}");
        token = newToken();
        files = directory == null
                ? ServiceAccountFiles.temporary(token, tls.caCert())
                : ServiceAccountFiles.in(directory, token, tls.caCert());
        port.accept();
    }

    /** {@return a running stand-in that speaks TLS, with its token and CA in a temporary directory that goes with it} */
    public static ApiServerStandIn start() {
        return start(CertificateKeys.P_256);
    }

    /**
     * {@return a running one that speaks TLS, with certificates as they are in a cluster}
     *
     * @param keys what keys these have
     */
    public static ApiServerStandIn start(CertificateKeys keys) {
        return new ApiServerStandIn(true, new StandInTls(keys, keys, LOCAL_NAMES), LOOPBACK, null);
    }

    /** {@return a running stand-in that speaks plain HTTP} */
    public static ApiServerStandIn startPlain() {
        return new ApiServerStandIn(
                false, new StandInTls(CertificateKeys.P_256, CertificateKeys.P_256, LOCAL_NAMES), LOOPBACK, null);
    }

    /**
     * Starts one that speaks TLS and writes its token and CA where they can be found. Its CA has an RSA key and its server one
     * on P-256, so that a client meets both.
     *
     * @param directory an existing directory, which stays
     * @return the running stand-in
     */
    public static ApiServerStandIn startIn(Path directory) {
        return new ApiServerStandIn(
                true, new StandInTls(CertificateKeys.RSA, CertificateKeys.P_256, LOCAL_NAMES), LOOPBACK, directory);
    }

    /**
     * Starts one that speaks TLS, with certificates as they are in a cluster, and writes its token and CA where they can be
     * found.
     *
     * @param directory an existing directory, which stays
     * @param keys what keys the certificates have
     * @return the running stand-in
     */
    public static ApiServerStandIn startIn(Path directory, CertificateKeys keys) {
        return new ApiServerStandIn(true, new StandInTls(keys, keys, LOCAL_NAMES), LOOPBACK, directory);
    }

    /**
     * Starts one as above at another address than that of loopback.
     *
     * @param directory an existing directory, which stays
     * @param keys what keys the certificates have
     * @param address an IPv4 or IPv6 address of this machine, without brackets, or {@code ::} for all
     * @param names further DNS names and IP addresses that its certificate is for, besides that address
     * @return the running stand-in
     * @throws UncheckedIOException if the machine does not have that address
     */
    public static ApiServerStandIn startIn(Path directory, CertificateKeys keys, String address, List<String> names) {
        List<String> all = Stream.concat(Stream.of(address), names.stream()).toList();
        return new ApiServerStandIn(true, new StandInTls(keys, keys, all), address, directory);
    }

    /** {@return where it listens: the value for {@code UPSTREAM_HOST}} */
    public URI baseUri() {
        String host = address.contains(":") ? "[" + address + "]" : address;
        return URI.create((withTls ? "https" : "http") + "://" + host + ":" + port.number());
    }

    /** {@return what a gateway has to be told: {@code UPSTREAM_HOST}, {@code SA_TOKEN_PATH} and {@code SA_CA_CERT_PATH}} */
    public Map<String, String> environment() {
        return Map.of(
                "UPSTREAM_HOST", baseUri().toString(),
                "SA_TOKEN_PATH", files.tokenPath().toString(),
                "SA_CA_CERT_PATH", files.caCertPath().toString());
    }

    /** {@return the discovery document, and how it is served} */
    public ServedDocument discovery() {
        return discovery;
    }

    /** {@return the JSON Web Key Set, and how it is served} */
    public ServedDocument jwks() {
        return jwks;
    }

    /** {@return token and CA on disk, as a ServiceAccount volume} */
    public ServiceAccountFiles files() {
        return files;
    }

    /** {@return the one token that is accepted: a signed ServiceAccount token} */
    public String token() {
        return token;
    }

    /** {@return the heads of all requests so far, refused ones included, oldest first} */
    public List<UpstreamRequest> requests() {
        return List.copyOf(requests);
    }

    /** {@return the number of accepted connections since the start} */
    public int connections() {
        return port.accepted();
    }

    /** {@return the number of connections that neither side has closed} */
    public int openConnections() {
        return port.open();
    }

    /**
     * Accepts another token from now on, and only that one. The file stays as it is.
     *
     * @return the new token
     */
    public String replaceToken() {
        token = newToken();
        return token;
    }

    /**
     * Makes a new CA, shows a certificate under it from now on, and cuts what is open. The file stays as it is.
     *
     * @return the new CA's certificate as PEM
     */
    public String replaceAuthority() {
        tls.replaceAuthority();
        port.cut();
        return tls.caCert();
    }

    /** {@return the certificate of the CA whose certificate is shown now, as PEM} */
    public String caCert() {
        return tls.caCert();
    }

    /**
     * Shows another certificate of its CA, and cuts what is open.
     *
     * @param validity how long it is valid from now on, negative for one that has expired
     * @param name the only DNS name in it; {@code localhost} stands for all that this stand-in has
     */
    public void presentCertificate(Duration validity, String name) {
        tls.present(validity, name);
        port.cut();
    }

    /**
     * Shows a certificate of a CA that nobody has heard of, and cuts what is open. {@link #presentCertificate} shows a good
     * one again.
     */
    public void presentUnknownCertificate() {
        tls.presentUnknown();
        port.cut();
    }

    /**
     * Closes the port, so that connections are refused, and cuts what is open.
     */
    public void refuseConnections() {
        port.refuse();
    }

    /**
     * Lets attempts to connect hang, as behind a firewall that drops packets, and cuts what is open.
     */
    public void ignoreConnections() {
        port.ignore();
    }

    /**
     * Accepts connections on the same port again.
     */
    public void acceptConnections() {
        port.accept();
    }

    /**
     * Accepts connections and then says nothing, not even a TLS handshake; or stops doing so. Cuts what is open.
     *
     * @param hang whether to hang
     */
    public void hangHandshakes(boolean hang) {
        tls.hang(hang);
        port.cut();
    }

    @Override
    public void close() {
        port.close();
        files.close();
    }

    private String newToken() {
        Instant now = Instant.now();
        return signingKey.sign("{\"iss\":\"" + ISSUER + "\",\"sub\":\"system:serviceaccount:oidc:gateway\",\"aud\":[\""
                + ISSUER + "\"],\"iat\":" + now.getEpochSecond() + ",\"exp\":"
                + now.plus(Duration.ofHours(1)).getEpochSecond() + ",\"jti\":\"" + tokens.incrementAndGet() + "\"}");
    }

    /**
     * Cuts the connections that are open, as an API server does with those that nobody has used for a while.
     */
    public void cutConnections() {
        port.cut();
    }

    /**
     * Answers the first request on each connection only.
     *
     * @param reply what becomes of the others
     */
    public void answerOnceAConnection(Reply reply) {
        onKeptConnections = reply;
    }

    private void serve(Socket connection) throws IOException {
        Socket socket = withTls ? tls.handshake(connection) : connection;
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        UpstreamRequest request = UpstreamRequest.read(in);
        boolean isKept = false;
        while (request != null) {
            requests.add(request);
            try {
                Reply onKept = isKept ? onKeptConnections : null;
                if (!(onKept == null ? reply(request) : onKept).send(in, out)) {
                    break;
                }
                isKept = true;
            } catch (FaultyReply.Reset e) {
                connection.setSoLinger(true, 0);
                return;
            }
            request = UpstreamRequest.read(in);
        }
        socket.close();
    }

    private Reply reply(UpstreamRequest request) {
        ServedDocument document = documentAt(request.path());
        if (!("Bearer " + token).equals(request.field("Authorization"))) {
            if (document != null) {
                document.countRefused();
            }
            return failure(401, "Unauthorized");
        }
        if (document == null) {
            return failure(404, "NotFound");
        }
        if (!document.mediaType().equals("application/json") && "application/json".equals(request.field("Accept"))) {
            document.countRefused();
            return failure(406, "NotAcceptable");
        }
        return document.reply();
    }

    private static Reply failure(int status, String reason) {
        return Reply.status(
                status,
                "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"" + reason + "\",\"code\":" + status + "}");
    }

    /** With a prefix before it, as behind a proxy that adds one. */
    private @Nullable ServedDocument documentAt(String path) {
        return path.endsWith(DISCOVERY_PATH) ? discovery : path.endsWith(JWKS_PATH) ? jwks : null;
    }
}
