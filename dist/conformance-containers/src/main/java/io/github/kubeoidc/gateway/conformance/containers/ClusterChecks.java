// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.nimbusds.jose.proc.BadJWSException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.checks.Expect;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the gateway exists for: the two documents of a cluster whose API server shows them to nobody.
 */
public final class ClusterChecks {

    // The server remembers for about ten seconds that a token was good.
    private static final Duration TOKEN_DEATH = Duration.ofSeconds(60);

    // What stands between is the memory of failures: 30 s at most, with jitter.
    private static final Duration FAILURES_FORGOTTEN = Duration.ofSeconds(45);

    private ClusterChecks() {}

    /**
     * All checks on a cluster, outages included. API servers are started for them, at most three at a time. An outage, during
     * which times are measured, waits until no other of these checks runs.
     *
     * @param delivery what to check
     * @return the suite, which starts nothing yet
     */
    public static ConformanceSuite suite(Delivery delivery) {
        SharedServer server = new SharedServer();
        ReadWriteLock quiet = new ReentrantReadWriteLock();
        return ConformanceSuite.of(
                Stream.concat(
                                checks(delivery, server).stream().map(check -> holding(quiet.readLock(), check)),
                                OutageChecks.checks(delivery).stream().map(check -> holding(quiet.writeLock(), check)))
                        .toList(),
                server::close);
    }

    private static Check holding(Lock lock, Check check) {
        return new Check(check.section(), check.severity(), check.sentence(), check.scope(), () -> {
            lock.lockInterruptibly();
            try {
                check.body().run();
            } finally {
                lock.unlock();
            }
        });
    }

    /**
     * The checks that leave a server as it is, and so can share one.
     *
     * @param delivery what to check
     * @param server gives the running server
     * @return the checks; each has an account of its own, and they may run at the same time
     */
    public static List<Check> checks(Delivery delivery, Supplier<ApiServer> server) {
        return List.of(
                check(
                        "2.1",
                        "on a real cluster both documents are fetched that the API server shows to nobody",
                        () -> documentsAreServed(delivery, server.get())),
                check(
                        "2.4",
                        "on a real cluster PRETTY_PRINT_JSON=false is byte for byte what the API server sends",
                        () -> bytesAreServed(delivery, server.get())),
                check(
                        "2.4",
                        "on a real cluster a relying party accepts its tokens, and refuses one that was tampered with",
                        () -> tokensAreValidated(delivery, server.get())),
                check(
                        "2.1",
                        "on a real cluster nothing has to be granted but get on the two paths",
                        () -> twoPathsAreEnough(delivery, server.get())),
                check(
                        "3.4",
                        "on a real cluster without a ClusterRole nothing is served and the log says why; bound, it recovers",
                        () -> recoversOnceBound(delivery, server.get())),
                check(
                        "3.9",
                        "on a real cluster no request loses a document while the token is replaced",
                        () -> tokenIsReplaced(delivery, server.get())));
    }

    static Check check(String section, String sentence, Check.Body body) {
        return new Check(section, Check.Severity.MUST, sentence, Check.Scope.OWN, body);
    }

    private static void documentsAreServed(Delivery delivery, ApiServer server) {
        try (ClusterGateway gateway = ClusterGateway.start(delivery, GatewayAccount.createBound(server), Map.of())) {
            for (String path : ApiServer.DOCUMENTS) {
                Expect.equal("the API server's answer on " + path + " without a token", 401, server.status(path, null));
                ClusterGateway.Answer answer = gateway.get(path);
                Expect.equal("the status of GET " + path, 200, answer.status());
                String original = server.admin().raw(path);
                Expect.holds(
                        json(answer.body()).equals(json(original)),
                        "GET " + path + " is " + answer.body() + "; the API server shows an admin " + original);
            }
            Expect.equal("the status of GET /healthz", 200, gateway.health());
        }
    }

    private static JsonObject json(String text) {
        return new Gson().fromJson(text, JsonObject.class);
    }

    private static void bytesAreServed(Delivery delivery, ApiServer server) {
        Map<String, String> plain = Map.of("PRETTY_PRINT_JSON", "false");
        try (ClusterGateway gateway = ClusterGateway.start(delivery, GatewayAccount.createBound(server), plain)) {
            for (String path : ApiServer.DOCUMENTS) {
                Expect.equal(
                        "GET " + path,
                        server.admin().raw(path),
                        gateway.get(path).body());
            }
        }
    }

    private static void tokensAreValidated(Delivery delivery, ApiServer server) throws Exception {
        GatewayAccount account = GatewayAccount.createBound(server);
        try (ClusterGateway gateway = ClusterGateway.start(delivery, account, Map.of())) {
            RelyingParty relyingParty = new RelyingParty(gateway);
            String token = account.requestToken();
            Expect.equal(
                    "the subject of a validated token",
                    account.subject(),
                    relyingParty.validate(token).getSubject());
            String tampered = promoted(token, account);
            try {
                throw new AssertionError("a token that was tampered with is accepted, for "
                        + relyingParty.validate(tampered).getSubject());
            } catch (BadJWSException e) {
                // As it should be.
            }
        }
    }

    /** The token with another account's name in it, under the signature that it had. */
    private static String promoted(String token, GatewayAccount account) {
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String promoted = claims.replace(account.subject(), "system:serviceaccount:kube-system:" + GatewayAccount.NAME);
        Expect.holds(!promoted.equals(claims), "a token does not name its account: " + claims);
        return parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(promoted.getBytes(StandardCharsets.UTF_8))
                + "." + parts[2];
    }

    private static void twoPathsAreEnough(Delivery delivery, ApiServer server) {
        GatewayAccount account = GatewayAccount.create(server);
        String token = account.requestToken();
        try (KubernetesClient client = server.clientWith(token)) {
            GrantedRules without = GrantedRules.of(client, account.namespace());
            account.bind();
            Set<Map.Entry<String, String>> granted = Await.value(Duration.ofSeconds(10), "the binding to count", () -> {
                Set<Map.Entry<String, String>> more =
                        GrantedRules.of(client, account.namespace()).pathsBeyond(without);
                return more.isEmpty() ? null : more;
            });
            Expect.equal(
                    "what the ClusterRole grants",
                    Set.of(
                            Map.entry("get", ApiServerStandIn.DISCOVERY_PATH),
                            Map.entry("get", ApiServerStandIn.JWKS_PATH)),
                    granted);
            Expect.equal(
                    "what is granted on resources with the ClusterRole",
                    without.resources(),
                    GrantedRules.of(client, account.namespace()).resources());
        }
        Expect.equal("the API server's answer on the JWKS", 200, server.status(ApiServerStandIn.JWKS_PATH, token));
        Expect.equal("the API server's answer on secrets", 403, server.status("/api/v1/secrets", token));
        Expect.equal("the API server's answer on metrics", 403, server.status("/metrics", token));
        try (ClusterGateway gateway = ClusterGateway.start(delivery, account, Map.of())) {
            for (String path : ApiServer.DOCUMENTS) {
                Expect.equal("the status of GET " + path, 200, gateway.get(path).status());
            }
        }
    }

    private static void recoversOnceBound(Delivery delivery, ApiServer server) {
        GatewayAccount account = GatewayAccount.create(server);
        try (ClusterGateway gateway = ClusterGateway.start(delivery, account, Map.of())) {
            Expect.equal("the status of GET /healthz without a ClusterRole", 503, gateway.health());
            for (String path : ApiServer.DOCUMENTS) {
                Await.until(FAILURES_FORGOTTEN, "a WARN that names the ClusterRole on " + path, () -> {
                    Expect.equal(
                            "the status of GET " + path + " without a ClusterRole",
                            502,
                            gateway.get(path).status());
                    return gateway.warningsOn(path).stream()
                            .anyMatch(line -> line.contains("403: is the ClusterRole bound?"));
                });
            }
            account.bind();
            // Without a health probe, which may ask sooner.
            for (String path : ApiServer.DOCUMENTS) {
                Await.until(
                        FAILURES_FORGOTTEN,
                        "200 on " + path + " with the ClusterRole bound",
                        () -> gateway.get(path).status() == 200);
            }
            Expect.equal("the status of GET /healthz with the ClusterRole bound", 200, gateway.health());
        }
    }

    private static void tokenIsReplaced(Delivery delivery, ApiServer server) {
        GatewayAccount account = GatewayAccount.createBound(server);
        Map<String, String> everyRequestFetches = Map.of("CACHE_TTL_SECONDS", "0");
        try (ClusterGateway gateway = ClusterGateway.startHealthy(delivery, account, everyRequestFetches)) {
            // The very token that is asked about below: the server forgets each one at its own time.
            String oldToken = account.requestToken();
            gateway.files().rotateToken(oldToken);
            Expect.equal("the status of GET /healthz with another token", 200, gateway.health());
            String newToken;
            try (Traffic traffic = Traffic.to(gateway)) {
                account.recreate();
                newToken = account.requestToken();
                gateway.files().rotateToken(newToken);
                Await.until(
                        TOKEN_DEATH,
                        "the old token to be refused",
                        () -> server.status(ApiServerStandIn.JWKS_PATH, oldToken) == 401);
                // A stale document would be served with 200 too; health tells a fetch with the new token from that.
                Await.until(Duration.ofSeconds(5), "health after the swap", () -> gateway.health() == 200);
                traffic.lostNothing();
            }
            for (String token : List.of(oldToken, newToken)) {
                Expect.holds(gateway.log().stream().noneMatch(line -> line.contains(token)), "a token is in the log");
            }
        }
    }
}
