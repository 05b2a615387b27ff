// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import com.nimbusds.jose.jwk.JWKSet;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Moment;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.SigningKey;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An API server whose signing key is rotated, a gateway in front of it, and two relying parties that get its tokens. */
final class RotationScene implements AutoCloseable {
    /** The identifier of the key that goes. */
    static final String OLD = "old";
    /** The identifier of the key that comes. */
    static final String NEW = "new";

    private static final Duration START_BOUND = Duration.ofSeconds(60);

    private final Rotation.Settings settings;
    private final SigningKey old = new SigningKey(OLD);
    private final SigningKey fresh = new SigningKey(NEW);
    private final ApiServerStandIn apiServer = ApiServerStandIn.start();
    private final StartedGateway gateway;
    private final List<Verifier> verifiers;
    private final Deque<Issued> issued = new ArrayDeque<>();
    private final List<Observation> observations = new ArrayList<>();
    private final List<Moment> moments = new ArrayList<>();
    private Set<String> published = Set.of();
    private volatile SigningKey signing = old;

    RotationScene(Path launcher, Rotation.Settings settings) {
        this.settings = settings;
        publish(old);
        Map<String, String> environment = new HashMap<>(apiServer.environment());
        environment.putAll(settings.environment());
        gateway = CommandGateway.start(List.of(launcher.toString()), environment);
        URI uri = gateway.baseUri();
        Await.until(START_BOUND, "the old key", () -> served().contains(OLD));
        verifiers =
                List.of(new Verifier(uri, Duration.ofDays(1)), new Verifier(uri, settings.patienceWithUnknownKeys()));
    }

    private record Issued(String token, long expiry) {}

    /**
     * How all is at one moment.
     *
     * @param published the keys that the API server publishes
     * @param signing the key that it signs with
     * @param served the keys that the gateway serves
     */
    record Observation(
            double second, Set<String> published, String signing, Set<String> served, List<Verdict> verdicts) {}

    /**
     * What a relying party does.
     *
     * @param kept the keys that it keeps
     * @param newest whether it accepts the token that was issued just now
     * @param oldest whether it accepts the oldest token that has not expired
     */
    record Verdict(Set<String> kept, boolean newest, boolean oldest) {}

    /** Has a token issued, and looks what becomes of it and of the oldest one. */
    synchronized void observe(double second) {
        long now = Instant.now().getEpochSecond();
        SigningKey key = signing;
        long expiry = now + settings.tokenLife();
        issued.add(new Issued(
                key.sign("{\"sub\":\"system:serviceaccount:default:workload\",\"exp\":" + expiry + "}"), expiry));
        // One that expires while it is looked at would be refused for that.
        while (issued.element().expiry() <= now + 1) {
            issued.remove();
        }
        List<Verdict> verdicts = verifiers.stream()
                .map(verifier -> {
                    boolean newest = verifier.accepts(issued.getLast().token(), now);
                    boolean oldest = verifier.accepts(issued.getFirst().token(), now);
                    return new Verdict(Set.copyOf(verifier.kept()), newest, oldest);
                })
                .toList();
        observations.add(new Observation(second, published, key.keyId(), served(), verdicts));
    }

    /** The keys that the gateway serves; none before its first fetch, which may take a while on a busy machine. */
    private Set<String> served() {
        RawResponse answer = get(ApiServerStandIn.JWKS_PATH);
        try {
            return answer.status() == 200 ? Verifier.kids(JWKSet.parse(answer.text())) : Set.of();
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks for health as kubelet does. */
    void probe() {
        get("/readyz");
    }

    private RawResponse get(String path) {
        return RawHttp.exchange(
                gateway.baseUri(), "GET " + path + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
    }

    /** Step 1 of the guide: both keys are published. */
    void publishBoth(double second) {
        step(second, "publish");
        publish(old, fresh);
    }

    /** Whether the log says what an operator looks for before the second wait. */
    boolean saysThatTheNewKeyCame() {
        return gateway.log().stream().anyMatch(line -> line.contains("keys changed: came " + NEW));
    }

    /** Step 3 of the guide. */
    void signWithNew(double second) {
        step(second, "sign");
        signing = fresh;
    }

    /** Step 5 of the guide. */
    void withdrawOld(double second) {
        step(second, "withdraw");
        publish(fresh);
    }

    /** All at once: the new key is the only one, and what the old one has signed is refused, the gateway's token included. */
    String rotateAtOnce(double second) {
        step(second, "all at once");
        signing = fresh;
        publish(fresh);
        return apiServer.replaceToken();
    }

    /** Kubelet brings the gateway a token of the new key. */
    void renewToken(double second, String token) {
        step(second, "kubelet renews the gateway's token");
        apiServer.files().rotateToken(token);
    }

    private synchronized void step(double second, String what) {
        moments.add(new Moment(second, what));
    }

    private synchronized void publish(SigningKey... keys) {
        published = Stream.of(keys).map(SigningKey::keyId).collect(Collectors.toSet());
        apiServer.jwks().serve(SigningKey.jwks(keys));
    }

    /** Whether nobody keeps the old key any more, and nobody refuses a token. */
    synchronized boolean isOver() {
        Observation last = observations.get(observations.size() - 1);
        return last.verdicts().stream()
                .allMatch(verdict -> verdict.kept().equals(Set.of(NEW)) && verdict.newest() && verdict.oldest());
    }

    synchronized List<Observation> observations() {
        return List.copyOf(observations);
    }

    synchronized List<Moment> moments() {
        return List.copyOf(moments);
    }

    @Override
    public void close() {
        gateway.close();
        apiServer.close();
    }
}
