// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import static io.github.kubeoidc.gateway.conformance.fault.Fault.Seen.A_CONNECTION;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.Seen.NOTHING;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.Traits.ACCEPTED;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.Traits.ENDS_THE_CONNECTION;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.Traits.HANGS;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.Traits.QUICK;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.answer;
import static io.github.kubeoidc.gateway.conformance.fault.Fault.ofServer;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.table.DocumentTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All the ways in which upstream can fail, in the order in which the table has them. */
final class Faults {

    private static final Duration ONE_DAY = Duration.ofDays(1);
    private static final String TIMED_OUT = "timed out after " + FaultRun.TIMEOUT.toSeconds() + "s";
    private static final String BROKEN = "connection broken before the answer was complete";
    private static final byte[] KEY_SET = text("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}");

    /** Long enough not to be through by the time-out at a byte each 100 ms. */
    private static final byte[] LONG_KEY_SET =
            text("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" + "A".repeat(342) + "\",\"e\":\"AQAB\"}]}");

    /** A part of the issuer that a document names which is accepted, with a warning. */
    static final String ANOTHER_ISSUER = "https://another.example/";

    private Faults() {}

    static List<Fault> all() {
        return Stream.of(connection(), exchange(), redirects(), statuses(), sizes(), documents(), anotherIssuer())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Fault> connection() {
        Consumer<ApiServerStandIn> goodCertificate = upstream -> upstream.presentCertificate(ONE_DAY, "localhost");
        return List.of(
                ofServer(
                        "refused",
                        ApiServerStandIn::refuseConnections,
                        ApiServerStandIn::acceptConnections,
                        NOTHING,
                        "is the API server up?",
                        QUICK),
                ofServer(
                        "hangs",
                        ApiServerStandIn::ignoreConnections,
                        ApiServerStandIn::acceptConnections,
                        NOTHING,
                        TIMED_OUT,
                        HANGS),
                ofServer(
                        "TLS handshake hangs",
                        upstream -> upstream.hangHandshakes(true),
                        upstream -> upstream.hangHandshakes(false),
                        A_CONNECTION,
                        TIMED_OUT,
                        HANGS),
                ofServer(
                        "certificate of another CA",
                        ApiServerStandIn::presentUnknownCertificate,
                        goodCertificate,
                        A_CONNECTION,
                        "certificate not trusted by SA_CA_CERT_PATH",
                        QUICK),
                ofServer(
                        "certificate has expired",
                        upstream -> upstream.presentCertificate(Duration.ofHours(-1), "localhost"),
                        goodCertificate,
                        A_CONNECTION,
                        "expired or not yet valid",
                        QUICK),
                ofServer(
                        "certificate for another name",
                        upstream -> upstream.presentCertificate(ONE_DAY, "other.example"),
                        goodCertificate,
                        A_CONNECTION,
                        "certificate is not one for host 127.0.0.1",
                        QUICK));
    }

    private static List<Fault> exchange() {
        String group = "The answer on its way";
        return List.of(
                answer(group, "reset before the head", FaultyReply.reset(), BROKEN, ENDS_THE_CONNECTION),
                answer(group, "head dribbles", FaultyReply.dribbleHead(KEY_SET), TIMED_OUT, HANGS),
                answer(group, "body hangs", Reply.hangInBody(KEY_SET), TIMED_OUT, HANGS),
                answer(group, "body dribbles", Reply.dribble(LONG_KEY_SET), TIMED_OUT, HANGS),
                answer(group, "body cut short", Reply.cutShort(KEY_SET), BROKEN, QUICK),
                answer(group, "`Content-Length` too large", FaultyReply.lengthTooLarge(KEY_SET), TIMED_OUT, HANGS),
                answer(
                        group,
                        "`Content-Length` too small",
                        Reply.lengthTooSmall(KEY_SET),
                        "not one JSON object",
                        QUICK));
    }

    private static List<Fault> redirects() {
        return Stream.of(301, 302, 307, 308).map(Fault::redirect).toList();
    }

    private static List<Fault> statuses() {
        String group = "The status";
        Reply html = Reply.of(503, "text/html", text("<!DOCTYPE html><html><body>busy</body></html>"));
        return List.of(
                answer(group, "204", status(204, ""), "204: only 200 counts", QUICK),
                answer(group, "206 with a good key set", status(206, KEY_SET), "206: only 200 counts", QUICK),
                answer(group, "401", status(401, "{}"), "401: is the token valid?", QUICK),
                answer(group, "403", status(403, "{}"), "403: is the ClusterRole bound?", QUICK),
                answer(group, "404", status(404, "{}"), "404: is service-account-issuer an https URL?", QUICK),
                answer(group, "406", status(406, "{}"), "406: only 200 counts", QUICK),
                answer(group, "429", status(429, "{}"), "429: only 200 counts", QUICK),
                answer(group, "500 with a good key set", status(500, KEY_SET), "500: only 200 counts", QUICK),
                answer(group, "503 with HTML", html, "503: only 200 counts", QUICK));
    }

    private static List<Fault> sizes() {
        String group = "The size";
        return List.of(
                answer(group, "5 MB", status(200, padded(5_000_000)), "larger than 1048576 bytes", QUICK),
                answer(group, "64 MiB in a gzip of 64 KiB", FaultyReply.gzip(padded(64 << 20)), "not UTF-8", QUICK));
    }

    /** Some of the table's rows, each for a reason of its own; unit tests and the kit have all. */
    private static List<Fault> documents() {
        return Stream.of(
                        "byte 0xFF",
                        "byte order mark",
                        "lone high surrogate in a string",
                        "text that ends early",
                        "array",
                        "deep nesting",
                        "name twice in a nested object",
                        "empty key set",
                        "key with the private member d",
                        "discovery document without issuer")
                .map(DocumentTable::named)
                .map(row -> Fault.content(
                        row.name(), row.first()::in, good -> row.first().bytes(), row.reason(), QUICK))
                .toList();
    }

    private static List<Fault> anotherIssuer() {
        return List.of(Fault.content(
                "another issuer",
                ApiServerStandIn::discovery,
                json -> text(
                        new String(json, StandardCharsets.UTF_8).replace("https://issuer.example/", ANOTHER_ISSUER)),
                "issuer changed",
                ACCEPTED));
    }

    private static Reply status(int status, String body) {
        return status(status, text(body));
    }

    private static Reply status(int status, byte[] body) {
        return Reply.of(status, "application/json", body);
    }

    /** A key set with so much white space in it. */
    private static byte[] padded(int length) {
        byte[] padded = Arrays.copyOf(KEY_SET, length);
        Arrays.fill(padded, KEY_SET.length - 1, length - 1, (byte) ' ');
        padded[length - 1] = '}';
        return padded;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
