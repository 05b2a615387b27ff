// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.4, 1.7 (the head) and 1.8: what the server decides before the servlet is asked. */
class GatewayServerTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "", "many", "2147483648", "1 "})
    void aCapThatIsNoPositiveNumberIsAnError(String cap) throws Exception {
        assertThat(ConnectionCap.parse("1")).isEqualTo(1);
        assertThatThrownBy(() -> ConnectionCap.parse(cap))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kube-oidc-gateway.max-connections=" + cap + ": allowed is a number from 1 to");
    }

    /** CONTRACT 1.7, "at the cap on connections": one of which the heap ends before it is met would be none. */
    @ParameterizedTest
    @CsvSource({
        // As Java tells -Xmx160m and -Xmx22m, less a space of the collector's. The third is the image's.
        "10000, 158, false, 10000",
        "10000, 21, false, 2150",
        "2000, 21, false, 2000",
        "10000, 21, true, 597"
    })
    void asManyConnectionsAreAllowedAsTheHeapHasRoomFor(int configured, long mebibytes, boolean isTls, int cap) {
        assertThat(ConnectionCap.of(configured, mebibytes << 20, isTls)).isEqualTo(cap);
    }

    private static final String JWKS = "/openid/v1/jwks";
    private static final int HEAD_BYTES = 8192;
    private static final String TABLE = "io.github.kubeoidc.gateway.standin.table.RequestTable#";

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new TestGateway();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    /** CONTRACT 1.1: nothing else is added. */
    @Test
    void documentsAreServedOnConnectionsThatStay() throws Exception {
        try (Wire wire = gateway.connect()) {
            for (int i = 0; i < 3; i++) {
                Reply reply =
                        wire.send("GET " + JWKS + " HTTP/1.1\nHost: a\n\n").read();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.headers())
                        .containsOnlyKeys(
                                "Access-Control-Allow-Origin",
                                "Cache-Control",
                                "Content-Length",
                                "Content-Type",
                                "Date",
                                "ETag",
                                "Expires",
                                "X-Content-Type-Options");
            }
        }
        assertThat(gateway.server.uri()).hasScheme("http").hasHost("127.0.0.1").hasPort(gateway.port());
    }

    /** CONTRACT 1.3: an absolute target counts by its path, even where Host names another server. */
    @Test
    void hostNeedNotBeTheTargetsAuthority() throws Exception {
        try (Wire wire = gateway.connect()) {
            wire.send("GET http://any" + JWKS + " HTTP/1.1\nHost: other\n\n");
            assertThat(wire.read().status()).isEqualTo(200);
        }
    }

    @Test
    void aHeadOf8KiBIsTaken() throws Exception {
        String head = "GET " + JWKS + " HTTP/1.1\nHost: a\nX: %s\n\n";
        int others = head.replace("\n", "\r\n").length() - 2;
        try (Wire wire = gateway.connect()) {
            wire.send(head.formatted("x".repeat(HEAD_BYTES - others)));
            assertThat(wire.read().status()).isEqualTo(200);
        }
        assertRefused(431, head.formatted("x".repeat(HEAD_BYTES - others + 1)));
        assertRefused(431, head.formatted("x".repeat(3 * HEAD_BYTES)));
        assertRefused(431, "GET " + JWKS + " HTTP/1.1\nHost: a\n" + "X: y\n".repeat(2000) + "\n");
    }

    @Test
    void aTargetLongerThanAHeadIsTooLong() throws Exception {
        assertRefused(414, "GET " + JWKS + "?" + "x".repeat(HEAD_BYTES) + " HTTP/1.1\nHost: a\n\n");
    }

    /** CONTRACT 1.3, 1.4 and 1.8: of the statuses that a row may get, this gateway gives the first. */
    @ParameterizedTest
    @MethodSource({TABLE + "requests()", TABLE + "targets()"})
    void anOddRequestGetsItsStatus(RequestRow row) throws Exception {
        try (Wire wire = gateway.connect()) {
            Reply reply = wire.sendAsIs(row.request()).read();
            assertThat(reply.status()).as(reply.toString()).isEqualTo(row.statuses()[0]);
            if (row.statuses()[0] != 200 && row.statuses()[0] != 405) {
                reply.assertPlain(row.statuses()[0]);
            }
            assertThat("close".equals(reply.header("Connection"))).isEqualTo(row.closes());
            if (row.closes()) {
                assertThat(wire.readToEnd()).isEmpty();
            }
        }
    }

    /** CONTRACT 1.4: an Upgrade field is ignored, with Connection: Upgrade or without, and the connection goes on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c\n",
                "Upgrade: h2c\nConnection: keep-alive\n",
                "Upgrade: websocket\nUpgrade: h2c\n",
                "Upgrade: h2c\nConnection: Upgrade, HTTP2-Settings\nHTTP2-Settings: AAMAAABkAAQAAP__\n",
                "LARGE"
            })
    void anUpgradeIsIgnored(String fields) throws Exception {
        String all = fields.replace("LARGE", "Upgrade: h2c\nX: " + "x".repeat(7000) + "\n");
        try (Wire wire = gateway.connect()) {
            for (int i = 0; i < 3; i++) {
                Reply reply = wire.send("GET " + JWKS + " HTTP/1.1\nHost: a\n" + all + "\n")
                        .read();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("Connection")).isNull();
            }
        }
    }

    /** CONTRACT 1.7, where spaces that the client left out are as many bytes as follow: whole requests, or the begin of one. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /healthz HTTP/1.1\nHost: a\n\n", "GET /nope HTTP/1.1\nHost: a\nX-P: ", "GET"})
    void whatFollowsALoneUpgradeWithoutSpacesEndsItsConnection(String more) throws Exception {
        StringBuilder fields = new StringBuilder();
        // Two fields beside these have no space either.
        for (int i = 2; i < more.replace("\n", "\r\n").length(); i++) {
            fields.append("A").append(i).append(":1\n");
        }
        String first = "GET /healthz HTTP/1.1\nHost:a\nUpgrade:h2c\n" + fields + "\n";
        try (Wire wire = gateway.connect()) {
            assertThat(wire.send(first + more).readToEnd())
                    .startsWith("HTTP/1.1 200 ")
                    .containsOnlyOnce("HTTP/1.1 ")
                    .contains("\r\nConnection: close\r\n");
        }
    }

    /** CONTRACT 1.3 and 1.4: what is refused without the field is refused with it, and nothing else is made of a target. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET " + JWKS + "\u00ff/secret",
                "GET " + JWKS + "\u00e2\u0080\u00a8",
                "GET " + JWKS + "#x",
                "GET #",
                "GET /healthz\u00ffx",
                "GET http://u:p@any" + JWKS,
                "POST http://u@h/healthz",
                "GET /a#b"
            })
    void aTargetThatIsRefusedIsRefusedWithALoneUpgrade(String begin) throws Exception {
        for (String field : List.of("", "Upgrade: h2c\r\n", "Upgrade: websocket\r\n")) {
            try (Wire wire = gateway.connect()) {
                String answer = wire.sendAsIs(begin + " HTTP/1.1\r\nHost: x\r\n" + field + "\r\n")
                        .readToEnd();
                assertThat(answer).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
            }
        }
    }

    /** CONTRACT 1.7: "100 fields (431)", of which the one that is ignored is one. */
    @ParameterizedTest
    @CsvSource({"98, 200, ", "99, 431, close"})
    void aHundredFieldsAreTakenWithALoneUpgradeAmongThem(int others, int status, String connection) throws Exception {
        try (Wire wire = gateway.connect()) {
            String fields = "A: b\n".repeat(others);
            Reply reply = wire.send("GET " + JWKS + " HTTP/1.1\nHost: x\n" + fields + "Upgrade: h2c\n\n")
                    .read();
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.header("Connection")).isEqualTo(connection);
        }
    }

    /** CONTRACT 1: "anything else, any method | 404", and 1.4. */
    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS ?x=1", "OPTIONS ?", "OPTIONS *", "PRI ?x", "PRI #", "PRI http:?x"})
    void aTargetWithoutAPathIsNotFound(String begin) throws Exception {
        try (Wire wire = gateway.connect()) {
            Reply reply = wire.send(begin + " HTTP/1.1\nHost: x\n\n").read();
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
            assertThat(reply.header("Location")).isNull();
        }
    }

    /** CONTRACT 1: "anything else, any method | 404". */
    @Test
    void anUpgradeBesideConnectIsIgnored() throws Exception {
        try (Wire wire = gateway.connect()) {
            Reply reply = wire.send("CONNECT a:80 HTTP/1.1\nHost: a:80\nUpgrade: h2c\n\n")
                    .read();
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(wire.readToEnd()).isEmpty();
        }
    }

    /** A client need not write a space after a colon: read once more with spaces, the head would be longer than 8 KiB. */
    @Test
    void anUpgradeIsIgnoredInALongHeadWithoutSpaces() throws Exception {
        String fields = ("f:" + "v".repeat(81) + "\n").repeat(95);
        try (Wire wire = gateway.connect()) {
            Reply reply = wire.send("GET " + JWKS + " HTTP/1.1\nHost:a\nUpgrade:h2c\n" + fields + "\n")
                    .read();
            assertThat(reply.status()).isEqualTo(200);
        }
    }

    /** CONTRACT 1.4 and 1.7: nor does a lone one change what becomes of all that follows it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET " + JWKS + " HTTP/1.1\nHost: a\nUpgrade: h2c\n\nGET /healthz HTTP/1.1\nHost: a\n\n",
                "POST " + JWKS + " HTTP/1.1\nHost: a\nUpgrade: h2c\nContent-Length: 5\n\nabcde",
                "CONNECT a:80 HTTP/1.1\nHost: a:80\nUpgrade: h2c\n\n",
                "CONNECT a:80 HTTP/1.1\nHost: a:80\nUpgrade: h2c\n\nabcde",
                "GET ftp://a/ HTTP/1.1\nHost: a\nUpgrade: h2c\n\n"
            })
    void whatFollowsALoneUpgradeEndsItsConnection(String request) throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Wire wire = gateway.connect()) {
                assertThat(wire.send(request).readToEnd())
                        .startsWith("HTTP/1.1 ")
                        .containsOnlyOnce("HTTP/1.1 ")
                        .contains("\r\nConnection: close\r\n");
            }
        }
    }

    /** CONTRACT 1.4: HEAD gets no body, however its bytes arrive. */
    @ParameterizedTest
    @CsvSource({"HE,AD", "H,EAD", "HEA,D"})
    void aHeadInPiecesThatIsRefusedHasNoBody(String first, String second) throws Exception {
        for (String start : List.of("", "\n")) {
            try (FrontDoor door = new FrontDoor(1, Long.MAX_VALUE)) {
                Wire wire = door.connect().send(start + first);
                FrontDoor.await(() -> door.unfinishedHeads() == 1);
                assertThat(wire.send(second + " / HTTP/1.9\nHost: a\n\n").readToEnd())
                        .matches("(?s)HTTP/1.1 505 .*\r\n\r\n");
            }
        }
    }

    static Stream<RequestRow> refusedHeads() {
        return Stream.of("requests: refused by the parser", "requests: what smugglers use")
                .flatMap(group -> RequestTable.group(group).stream())
                .filter(RequestRow::isGet)
                .map(RequestRow::asHead);
    }

    /** CONTRACT 1.4: HEAD gets no body from any part of the server, the parser included. */
    @ParameterizedTest
    @MethodSource("refusedHeads")
    void aHeadThatIsRefusedHasNoBody(RequestRow row) throws Exception {
        try (Wire wire = gateway.connect()) {
            assertThat(wire.sendAsIs(row.request()).readToEnd())
                    .matches("(?s)HTTP/1.1 " + row.statuses()[0] + " .*\r\n\r\n");
        }
    }

    /** Spaces and lower case are nobody's business beyond the request line. */
    @Test
    void fieldsMayHaveSpacesInARow() throws Exception {
        try (Wire wire = gateway.connect()) {
            wire.send("GET " + JWKS + " HTTP/1.1\nHost:  a\nX: a  b http/1.1\n\n");
            assertThat(wire.read().status()).isEqualTo(200);
        }
    }

    /** CONTRACT 1: a 304 has the 200's headers less Content-Type and Content-Length. */
    @Test
    void aNotModifiedHasNoLength() throws Exception {
        try (Wire wire = gateway.connect()) {
            Reply modified =
                    wire.send("GET /openid/v1/jwks HTTP/1.1\nHost: a\n\n").read();
            wire.send("GET /openid/v1/jwks HTTP/1.1\nHost: a\nIf-None-Match: *\nConnection: close\n\n");
            String answer = wire.readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 304 ").endsWith("\r\n\r\n").doesNotContain("\r\nContent-");
            modified.headers().keySet().stream()
                    .filter(name -> !name.startsWith("Content-"))
                    .forEach(name -> assertThat(answer).contains("\r\n" + name + ": "));
        }
    }

    private static void assertRefused(int status, String request) throws Exception {
        try (Wire wire = gateway.connect()) {
            wire.send(request).read().assertPlain(status);
            assertThat(wire.readToEnd()).isEmpty();
        }
    }
}
