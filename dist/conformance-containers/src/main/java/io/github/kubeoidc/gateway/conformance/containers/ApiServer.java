// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real API server in a container, closed to anonymous requests, without the stock binding that shows the documents to
 * every ServiceAccount, and with a ClusterRole that grants {@code get} on the two documents and nothing else.
 *
 * <p>It needs a container engine. The image is that of the environment variable {@code K3S_IMAGE}, by default a current k3s;
 * {@code K3S_PRIVILEGED=false} starts it without privileges. Methods block as long as the server takes to answer.
 */
public final class ApiServer implements AutoCloseable {

    static final String CLUSTER_ROLE = "two-documents";
    static final List<String> DOCUMENTS = List.of(ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.JWKS_PATH);

    private static final String DEFAULT_IMAGE = "rancher/k3s:v1.36.3-k3s1";
    private static final String STOCK_BINDING = "system:service-account-issuer-discovery";

    private final K3sContainer container;
    private final Config adminConfig;
    private final KubernetesClient admin;
    private final HttpClient https;

    private ApiServer(K3sContainer container) {
        this.container = container;
        this.adminConfig = Config.fromKubeconfig(container.getKubeConfigYaml());
        this.admin = new KubernetesClientBuilder().withConfig(adminConfig).build();
        this.https =
                HttpClient.newBuilder().sslContext(ServerKeys.trusting(caPem())).build();
        prepareRoles();
    }

    /**
     * Starts a server on a port that the engine chooses; it signs with the key that the image comes with or makes. Waits, at
     * most three minutes, until it is ready.
     *
     * @return the running server
     */
    public static ApiServer start() {
        return started(container());
    }

    /** Starts a server on that port of the host, with a signing key that no other server has. */
    static ApiServer startRekeyed(int hostPort) {
        return startWithKeys(hostPort, List.of(ServerKeys.make()));
    }

    /**
     * Starts a server with signing keys of the caller's, who can so sign what the server would not. Waits, at most three
     * minutes, until it is ready.
     *
     * @param hostPort the port of the host, the same after {@link #restartWithKeys}; {@link #freeFixedPort()} finds one
     * @param keys RSA keys: the first one signs, all are published. The image may publish one of its own beside them.
     * @param arguments further flags of kube-apiserver, as {@code name=value}
     * @return the running server
     */
    public static ApiServer startWithKeys(int hostPort, List<KeyPair> keys, String... arguments) {
        K3sContainer container = container();
        container.setPortBindings(List.of(hostPort + ":" + K3sContainer.KUBE_SECURE_PORT));
        ServerKeys.files(keys)
                .forEach((path, content) -> container.withCopyToContainer(Transferable.of(content), path));
        addArgument(container, "service-account-signing-key-file=" + ServerKeys.SIGNING_KEY);
        addArgument(container, "service-account-key-file=" + ServerKeys.PUBLISHED_KEYS);
        for (String argument : arguments) {
            addArgument(container, argument);
        }
        return started(container);
    }

    /**
     * Restarts a server that was started by {@link #startWithKeys} with other keys, as in a rotation; what it stores
     * stays. Waits, at most a minute, until it is ready again.
     *
     * @param keys RSA keys: the first one signs, all are published
     */
    public void restartWithKeys(List<KeyPair> keys) {
        ServerKeys.files(keys)
                .forEach((path, content) -> container.copyFileToContainer(Transferable.of(content), path));
        container
                .getDockerClient()
                .restartContainerCmd(container.getContainerId())
                .exec();
        Await.until(Duration.ofMinutes(1), "the API server to be ready again", this::isReady);
    }

    private boolean isReady() {
        try {
            admin.getApiGroups();
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private static ApiServer started(K3sContainer container) {
        container.start();
        try {
            return new ApiServer(container);
        } catch (RuntimeException e) {
            container.stop();
            throw e;
        }
    }

    /**
     * A port that is free now and that nobody gets by accident while a server is away: it lies below the range from
     * which Linux and Docker choose.
     *
     * @return a port of the host
     */
    public static int freeFixedPort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: try another one.
            }
        }
        throw new IllegalStateException("no free port between 20000 and 32000");
    }

    private static K3sContainer container() {
        String image = Optional.ofNullable(System.getenv("K3S_IMAGE")).orElse(DEFAULT_IMAGE);
        K3sContainer container =
                new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"));
        container.withPrivilegedMode(!"false".equals(System.getenv("K3S_PRIVILEGED")));
        container.withStartupTimeout(Duration.ofMinutes(3));
        addArgument(container, "anonymous-auth=false");
        return container;
    }

    private static void addArgument(Container<?> container, String apiServerArgument) {
        List<String> command = new ArrayList<>(List.of(container.getCommandParts()));
        command.add("--kube-apiserver-arg=" + apiServerArgument);
        container.setCommand(command.toArray(String[]::new));
    }

    private void prepareRoles() {
        admin.rbac().clusterRoleBindings().withName(STOCK_BINDING).delete();
        admin.rbac()
                .clusterRoles()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(CLUSTER_ROLE)
                        .endMetadata()
                        .addNewRule()
                        .withNonResourceURLs(DOCUMENTS)
                        .withVerbs("get")
                        .endRule()
                        .build())
                .create();
    }

    /**
     * Where the server is.
     *
     * @return the base URL, valid by the server's certificate
     */
    public String url() {
        return "https://" + container.getHost() + ":" + container.getMappedPort(K3sContainer.KUBE_SECURE_PORT);
    }

    /**
     * The CA of the server's certificate.
     *
     * @return PEM
     */
    public String caPem() {
        return new String(Base64.getDecoder().decode(adminConfig.getCaCertData()), StandardCharsets.US_ASCII);
    }

    /**
     * A client that may do everything.
     *
     * @return the client, which is closed with the server
     */
    public KubernetesClient admin() {
        return admin;
    }

    /**
     * What {@code kubectl} and Helm need to act as {@link #admin()} does.
     *
     * @return a kubeconfig, YAML
     */
    public String kubeconfig() {
        return container.getKubeConfigYaml();
    }

    /**
     * What the server answers to a plain {@code GET}.
     *
     * @param path the path, with a slash in front
     * @param token the bearer token, {@code null} for none
     * @return the status
     * @throws UncheckedIOException if there is no answer
     */
    public int status(String path, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return https.send(request.build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException("no answer on " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + path, e);
        }
    }

    /**
     * A client that shows a token and nothing else.
     *
     * @param token the bearer token
     * @return the client, which the caller closes
     */
    public KubernetesClient clientWith(String token) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url())
                .withCaCertData(adminConfig.getCaCertData())
                .withOauthToken(token)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Ends the server at once; connections are refused from now on. */
    void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    /** Connections are accepted from now on, and nothing is ever answered, until {@link #unpause()}. */
    void pause() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    void unpause() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void close() {
        admin.close();
        container.stop();
    }
}
