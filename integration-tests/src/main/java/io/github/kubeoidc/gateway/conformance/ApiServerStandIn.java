// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a Kubernetes API server on loopback: TLS under a CA of its own, a bearer token, the two OIDC documents
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

    private static final String ISSUER = "https://issuer.example/cluster";

    private final SigningKey signingKey = SigningKey.ofThisProcess();
    private final ServedDocument discovery;
    private final ServedDocument jwks = new ServedDocument(JWKS_PATH, "application/jwk-set+json", signingKey.jwks());
    private final ServiceAccountFiles files;
    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<UpstreamRequest> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "api-server-stand-in");
        thread.setDaemon(true);
        return thread;
    });

    private volatile ServerSocket listener;
    private volatile @Nullable SSLContext tls;
    private volatile CertificateAuthority authority = new CertificateAuthority();
    private volatile String token;
    private volatile boolean handshakesHang;

    private ApiServerStandIn(boolean withTls, @Nullable Path directory) throws IOException {
        listener = listen(0);
        discovery = new ServedDocument(
                DISCOVERY_PATH,
                "application/json",
                "{\"issuer\":\"" + ISSUER + "\",\"jwks_uri\":\"https://172.18.0.2:6443" + JWKS_PATH
                        + "\",\"response_types_supported\":[\"id_token\"],\"subject_types_supported\":[\"public\"],"
                        + "\"id_token_signing_alg_values_supported\":[\"RS256\"]}");
        token = newToken();
        files = directory == null
                ? ServiceAccountFiles.temporary(token, authority.pem())
                : ServiceAccountFiles.in(directory, token, authority.pem());
        if (withTls) {
            presentCertificate(authority, Duration.ofDays(1), "localhost");
        }
        accept(listener);
    }

    /**
     * Starts one that speaks TLS, with its token and CA in a temporary directory that goes with it.
     *
     * @return the running stand-in
     */
    public static ApiServerStandIn start() {
        return start(true, null);
    }

    /**
     * Starts one that speaks plain HTTP.
     *
     * @return the running stand-in
     */
    public static ApiServerStandIn startPlain() {
        return start(false, null);
    }

    /**
     * Starts one that speaks TLS and writes its token and CA where they can be found.
     *
     * @param directory an existing directory, which stays
     * @return the running stand-in
     */
    public static ApiServerStandIn startIn(Path directory) {
        return start(true, directory);
    }

    private static ApiServerStandIn start(boolean withTls, @Nullable Path directory) {
        try {
            return new ApiServerStandIn(withTls, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where it listens.
     *
     * @return the value for {@code UPSTREAM_HOST}
     */
    public URI baseUri() {
        return URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + listener.getLocalPort());
    }

    /**
     * What a gateway has to be told to use it.
     *
     * @return {@code UPSTREAM_HOST}, {@code SA_TOKEN_PATH} and {@code SA_CA_CERT_PATH}
     */
    public Map<String, String> environment() {
        return Map.of(
                "UPSTREAM_HOST", baseUri().toString(),
                "SA_TOKEN_PATH", files.tokenPath().toString(),
                "SA_CA_CERT_PATH", files.caCertPath().toString());
    }

    /**
     * The discovery document.
     *
     * @return how it is served
     */
    public ServedDocument discovery() {
        return discovery;
    }

    /**
     * The JSON Web Key Set.
     *
     * @return how it is served
     */
    public ServedDocument jwks() {
        return jwks;
    }

    /**
     * Token and CA on disk.
     *
     * @return the ServiceAccount volume
     */
    public ServiceAccountFiles files() {
        return files;
    }

    /**
     * The one token that is accepted.
     *
     * @return a signed ServiceAccount token
     */
    public String token() {
        return token;
    }

    /**
     * What has been asked so far, refused requests included.
     *
     * @return the heads of the requests, oldest first
     */
    public List<UpstreamRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * How often somebody connected.
     *
     * @return number of accepted connections since the start
     */
    public int connections() {
        return connections.get();
    }

    /**
     * How many connections are open.
     *
     * @return number of connections that neither side has closed
     */
    public int openConnections() {
        return open.size();
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
        authority = new CertificateAuthority();
        presentCertificate(authority, Duration.ofDays(1), "localhost");
        closeConnections();
        return authority.pem();
    }

    /**
     * The CA whose certificate is shown now.
     *
     * @return its certificate as PEM
     */
    public String caCert() {
        return authority.pem();
    }

    /**
     * Shows a certificate that nobody should accept, for another name or expired, and cuts what is open.
     *
     * @param validity how long it is valid from now on, negative for one that has expired
     * @param name the only DNS name in it; {@code localhost} stands for all that this stand-in has
     */
    public void presentCertificate(Duration validity, String name) {
        presentCertificate(authority, validity, name);
        closeConnections();
    }

    /**
     * Closes the port, so that connections are refused, and cuts what is open.
     */
    public void refuseConnections() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeConnections();
    }

    /**
     * Opens the same port again.
     */
    public void acceptConnections() {
        try {
            listener = listen(listener.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        accept(listener);
    }

    /**
     * Accepts connections and then says nothing, not even a TLS handshake; or stops doing so. Cuts what is open.
     *
     * @param hang whether to hang
     */
    public void hangHandshakes(boolean hang) {
        handshakesHang = hang;
        closeConnections();
    }

    @Override
    public void close() {
        refuseConnections();
        threads.shutdownNow();
        files.close();
    }

    private void presentCertificate(CertificateAuthority issuer, Duration validity, String name) {
        tls = issuer.serverContext(
                validity,
                name.equals("localhost")
                        ? List.of(CertificateAuthority.dnsName(name), CertificateAuthority.address("127.0.0.1"))
                        : List.of(CertificateAuthority.dnsName(name)));
    }

    private String newToken() {
        Instant now = Instant.now();
        return signingKey.sign("{\"iss\":\"" + ISSUER + "\",\"sub\":\"system:serviceaccount:oidc:gateway\",\"aud\":[\""
                + ISSUER + "\"],\"iat\":" + now.getEpochSecond() + ",\"exp\":"
                + now.plus(Duration.ofHours(1)).getEpochSecond() + ",\"jti\":\"" + tokens.incrementAndGet() + "\"}");
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 512);
        return socket;
    }

    private void accept(ServerSocket socket) {
        threads.execute(() -> {
            while (true) {
                try {
                    Socket connection = socket.accept();
                    connections.incrementAndGet();
                    open.add(connection);
                    threads.execute(() -> serve(connection));
                } catch (IOException | RejectedExecutionException e) {
                    // Closed on purpose.
                    return;
                }
            }
        });
    }

    private void closeConnections() {
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            if (handshakesHang) {
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            Socket socket = handshake(connection);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            UpstreamRequest request = readRequest(in);
            while (request != null && reply(request).send(in, out)) {
                request = readRequest(in);
            }
            socket.close();
        } catch (IOException e) {
            // One of the two sides has gone, which is part of many a scene.
        } finally {
            open.remove(connection);
        }
    }

    private Socket handshake(Socket connection) throws IOException {
        SSLContext context = tls;
        if (context == null) {
            return connection;
        }
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connection, null, true);
        socket.setUseClientMode(false);
        socket.startHandshake();
        return socket;
    }

    private @Nullable UpstreamRequest readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                return null;
            }
            head.write(octet);
        }
        List<String> lines = head.toString(StandardCharsets.ISO_8859_1).lines().toList();
        UpstreamRequest request =
                new UpstreamRequest(System.nanoTime(), lines.get(0), lines.subList(1, lines.size() - 1));
        requests.add(request);
        return request;
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
