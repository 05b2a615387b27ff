// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a check of the kit finds when another has broken upstream before it. */
class BedPoolIT {

    private static final Duration SOON = Duration.ofSeconds(15);

    private final List<StartedGateway> started = new CopyOnWriteArrayList<>();
    private final BedPool pool = new BedPool(
            environment -> {
                StartedGateway gateway = Launcher.start(environment);
                started.add(gateway);
                return gateway;
            },
            TestBed.EVERY_REQUEST_FETCHES);

    @AfterEach
    void close() {
        pool.close();
        assertThat(started).allSatisfy(gateway -> gateway.awaitExit(SOON));
    }

    @Test
    void theNextCheckHasTheSameGatewayMendedAndWithoutThatLog() throws Exception {
        pool.with(bed -> {
            bed.prime();
            bed.jwks().serve("{\"keys\":[]}");
            bed.discovery().fail(Reply.status(500, "{}"));
            bed.getJwks();
            bed.awaitLog(SOON, "WARN", ApiServerStandIn.JWKS_PATH);
        });
        pool.with(bed -> {
            assertThat(started).containsExactly(bed.gateway());
            bed.notLogged("WARN");
            bed.notLogged(" path=" + ApiServerStandIn.JWKS_PATH + " status=");
            bed.documentsAre(200);
            assertThat(Json.same(bed.jwks().json(), bed.getJwks().text())).isTrue();
            assertThat(bed.jwks().json()).contains("kty");
            bed.awaitLog(SOON, " path=" + ApiServerStandIn.JWKS_PATH + " status=200");
        });
    }

    @Test
    void twoAtATimeHaveOneEach() throws Exception {
        pool.with(first -> pool.with(second -> assertThat(second).isNotSameAs(first)));

        assertThat(started).hasSize(2);
    }

    @Test
    void noOtherCheckHasTheGatewayOfOneThatFailed() throws Exception {
        assertThatThrownBy(() -> pool.with(bed -> {
                    throw new AssertionError("broken promise");
                }))
                .hasMessage("broken promise");
        started.get(0).awaitExit(SOON);

        pool.with(TestBed::prime);

        assertThat(started).hasSize(2);
    }
}
