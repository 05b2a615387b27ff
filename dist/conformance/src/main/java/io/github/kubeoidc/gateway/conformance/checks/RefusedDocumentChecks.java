// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** 2.1 and 2.3: what does not count as a document never replaces a good one. */
final class RefusedDocumentChecks {

    private static final Map<String, String> EVERY_REQUEST_FETCHES = Map.of("CACHE_TTL_SECONDS", "0");

    /** Above upstream's time-out in a {@link TestBed}, so that a fetch that hangs has ended. */
    private static final Duration LATE = Duration.ofSeconds(45);

    private static final String KEY = "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}";
    private static final String ISSUER = "\"issuer\":\"https://issuer.example\"";
    private static final String JWKS_URI = "\"jwks_uri\":\"https://issuer.example/jwks\"";

    private RefusedDocumentChecks() {}

    static List<Check> checks(CheckList list) {
        answers(list);
        syntax(list);
        discovery(list);
        jwks(list);
        accepted(list);
        cookies(list);
        indentation(list);
        return list.checks();
    }

    private static void answers(CheckList list) {
        for (int status : new int[] {201, 202, 203, 204, 206, 304, 400, 401, 403, 404, 406, 429, 500, 503}) {
            refused(
                    list,
                    "2.1",
                    "status " + status,
                    ApiServerStandIn::jwks,
                    document -> document.fail(
                            Reply.status(status, status == 204 || status == 304 ? "" : "{\"keys\":[" + KEY + "]}")));
        }
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            refused(
                    list,
                    "2.1",
                    "redirect " + status,
                    ApiServerStandIn::discovery,
                    document -> document.fail(Reply.redirect(status, document.path())));
        }
        refused(
                list,
                "2.2",
                "body cut short",
                ApiServerStandIn::jwks,
                document -> document.fail(Reply.cutShort(document.bytes())));
        refused(
                list,
                "2.2",
                "Content-Length too small",
                ApiServerStandIn::jwks,
                document -> document.fail(Reply.lengthTooSmall(document.bytes())));
        refused(
                list,
                "2.2",
                "reset instead of an answer",
                ApiServerStandIn::jwks,
                document -> document.fail(FaultyReply.reset()));
        refused(
                list,
                "2.2",
                "answer that is no HTTP",
                ApiServerStandIn::jwks,
                document -> document.fail(Reply.garbage()));
    }

    private static void syntax(CheckList list) {
        json(list, "empty body", "");
        json(list, "body of white space", " \r\n\t ");
        json(list, "array", "[{" + ISSUER + "," + JWKS_URI + "}]");
        json(list, "string", "\"issuer\"");
        json(list, "null", "null");
        json(list, "HTML page", "<!DOCTYPE html><html><body>login</body></html>");
        json(list, "text that ends early", "{" + ISSUER + "," + JWKS_URI);
        json(list, "text behind the object", "{" + ISSUER + "," + JWKS_URI + "} x");
        json(list, "second object", "{" + ISSUER + "," + JWKS_URI + "}{}");
        json(list, "name twice in one object", "{" + ISSUER + "," + ISSUER + "," + JWKS_URI + "}");
        json(list, "name twice in a nested object", with("\"x\":[{\"a\":1,\"b\":2,\"a\":1}]"));
        json(list, "name twice, once with an escape", with("\"\\u0069ssuer\":\"https://other.example\""));
        json(list, "lone high surrogate in a string", with("\"x\":\"\\ud800\""));
        json(list, "lone low surrogate in a string", with("\"x\":\"\\udc00a\""));
        json(list, "lone surrogate in a name", with("\"\\udfff\":1"));
        json(list, "surrogates in the wrong order", with("\"x\":\"\\udc00\\ud800\""));
        json(list, "65 levels of nesting", with("\"x\":" + "[".repeat(64) + "]".repeat(64)));
        json(list, "deep nesting", with("\"x\":" + "[".repeat(100_000) + "]".repeat(100_000)));
        json(list, "trailing comma", "{" + ISSUER + "," + JWKS_URI + ",}");
        json(list, "comment", with("/* x */ \"x\":1"));
        json(list, "single quotes", with("'x':1"));
        json(list, "name without quotes", with("x:1"));
        json(list, "control character in a string", with("\"x\":\"a\u0001b\""));
        json(list, "line end in a string", with("\"x\":\"a\nb\""));
        json(list, "unknown escape", with("\"x\":\"\\q\""));
        for (String number :
                List.of("NaN", "Infinity", "01", "+1", ".5", "1.", "0x1", "1e", "-", "TRUE", "undefined")) {
            json(list, "value " + number, with("\"x\":" + number));
        }
        bytes(list, "byte order mark", new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, true);
        bytes(list, "byte 0xFF", new byte[] {(byte) 0xff}, false);
        bytes(list, "overlong UTF-8", new byte[] {(byte) 0xc0, (byte) 0xaf}, false);
        bytes(list, "surrogate in UTF-8", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, false);
        bytes(list, "UTF-8 that ends early", new byte[] {(byte) 0xe2, (byte) 0x82}, false);
        refused(
                list,
                "2.3",
                "document in a content coding",
                ApiServerStandIn::jwks,
                document -> document.fail(
                        FaultyReply.gzip(ConnectionChecks.largeKeySet(10).getBytes(StandardCharsets.US_ASCII))));
        refused(
                list,
                "2.3",
                "document in UTF-16",
                ApiServerStandIn::discovery,
                document -> document.serve(document.json().getBytes(StandardCharsets.UTF_16)));
    }

    private static void discovery(CheckList list) {
        json(list, "discovery document without issuer", "{" + JWKS_URI + "}");
        json(list, "discovery document with an empty issuer", "{\"issuer\":\"\"," + JWKS_URI + "}");
        json(list, "discovery document whose issuer is null", "{\"issuer\":null," + JWKS_URI + "}");
        json(list, "discovery document whose issuer is a number", "{\"issuer\":1," + JWKS_URI + "}");
        json(list, "discovery document without jwks_uri", "{" + ISSUER + "}");
        json(list, "discovery document with an empty jwks_uri", "{" + ISSUER + ",\"jwks_uri\":\"\"}");
        json(list, "discovery document whose jwks_uri is an array", "{" + ISSUER + ",\"jwks_uri\":[]}");
        json(list, "discovery document with its members one level deeper", "{\"x\":{" + ISSUER + "," + JWKS_URI + "}}");
        json(list, "Status object", "{\"kind\":\"Status\",\"status\":\"Failure\",\"code\":403}");
    }

    private static void jwks(CheckList list) {
        keys(list, "key set without keys", "{}");
        keys(list, "empty key set", "{\"keys\":[]}");
        keys(list, "key set whose keys is null", "{\"keys\":null}");
        keys(list, "key set whose keys is an object", "{\"keys\":{\"0\":" + KEY + "}}");
        keys(list, "key set with a key that is a string", "{\"keys\":[" + KEY + ",\"x\"]}");
        keys(list, "key set with a key that is null", "{\"keys\":[null]}");
        keys(list, "key without kty", "{\"keys\":[{\"n\":\"AQAB\",\"e\":\"AQAB\"}]}");
        keys(list, "second key without kty", "{\"keys\":[" + KEY + ",{\"kid\":\"2\"}]}");
        keys(list, "key whose kty is a number", "{\"keys\":[{\"kty\":1}]}");
        keys(list, "key whose kty is null", "{\"keys\":[{\"kty\":null}]}");
        for (String member : List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")) {
            keys(
                    list,
                    "key with the private member " + member,
                    "{\"keys\":[{\"kty\":\"RSA\",\"" + member + "\":\"AQAB\",\"e\":\"AQAB\"}]}");
        }
        keys(list, "second key with a private member", "{\"keys\":[" + KEY + ",{\"kty\":\"RSA\",\"d\":\"AQ\"}]}");
        keys(list, "private member written with an escape", "{\"keys\":[{\"kty\":\"RSA\",\"\\u0064\":\"AQ\"}]}");
        keys(list, "private member that is null", "{\"keys\":[{\"kty\":\"RSA\",\"d\":null}]}");
        keys(list, "private member that is an object", "{\"keys\":[{\"kty\":\"RSA\",\"oth\":[{\"r\":\"AQ\"}]}]}");
    }

    private static void accepted(CheckList list) {
        takes(
                list,
                "64 levels of nesting",
                ApiServerStandIn::discovery,
                with("\"x\":" + "[".repeat(63) + "]".repeat(63)));
        takes(
                list,
                "unknown members",
                ApiServerStandIn::discovery,
                with("\"x\":{\"y\":[null,\"\\u00e9\\ud83d\\ude00\"]}"));
        takes(
                list,
                "one name in several objects",
                ApiServerStandIn::discovery,
                with("\"x\":[{\"issuer\":1},{\"issuer\":2}]"));
        takes(list, "an unknown kty", ApiServerStandIn::jwks, "{\"keys\":[{\"kty\":\"AKP\",\"pub\":\"AQ\",\"x\":1}]}");
        takes(list, "a private member's name deeper in a key", ApiServerStandIn::jwks, """
                {"keys":[{"kty":"RSA","n":"AQ","e":"AQ","note":{"d":"x","k":1}}]}""");
        takes(list, "members beside keys", ApiServerStandIn::jwks, "{\"d\":\"x\",\"keys\":[" + KEY + "]}");
        takes(
                list,
                "many keys",
                ApiServerStandIn::jwks,
                "{\"keys\":[" + String.join(",", Collections.nCopies(200, KEY)) + "]}");
        list.must("2.3", "a changed issuer is accepted, with a WARN", EVERY_REQUEST_FETCHES, bed -> {
            Expect.that(bed.getDiscovery()).status(200);
            bed.upstream().discovery().serve("{\"issuer\":\"https://new.example\"," + JWKS_URI + "}");
            Await.until(
                    LATE,
                    "the new issuer to be served",
                    () -> bed.getDiscovery().text().contains("https://new.example"));
            Await.until(
                    LATE,
                    "a WARN that names the new issuer",
                    () -> bed.gateway().log().stream()
                            .anyMatch(line -> line.contains("WARN") && line.contains("https://new.example")));
        });
    }

    private static void indentation(CheckList list) {
        String deep = with("\"x\":" + "[".repeat(63) + "0" + ",0".repeat(200_000) + "]".repeat(63));
        list.should(
                "2.4",
                "a document that indentation makes sixty times as large is sent as upstream sent it",
                Map.of(),
                upstream -> upstream.discovery().serve(deep),
                bed -> Expect.that(bed.getDiscovery()).status(200).body(deep));
    }

    private static void cookies(CheckList list) {
        list.must("2.1", "a cookie of upstream's is not sent back", EVERY_REQUEST_FETCHES, bed -> {
            byte[] document = bed.upstream().jwks().bytes();
            bed.upstream()
                    .jwks()
                    .fail(FaultyReply.exactly(
                            "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: " + document.length
                                    + "\r\n\r\n",
                            document));
            bed.prime();
            Expect.that(bed.getJwks()).status(200).noField("Set-Cookie");
            for (UpstreamRequest request : bed.upstream().requests()) {
                Expect.equal("Cookie", null, request.field("Cookie"));
            }
        });
    }

    private static String with(String member) {
        return "{" + ISSUER + "," + JWKS_URI + "," + member + "}";
    }

    private static void json(CheckList list, String what, String text) {
        refused(list, "2.3", what, ApiServerStandIn::discovery, document -> document.serve(text));
    }

    private static void keys(CheckList list, String what, String text) {
        refused(list, "2.3", what, ApiServerStandIn::jwks, document -> document.serve(text));
    }

    private static void bytes(CheckList list, String what, byte[] odd, boolean first) {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        if (first) {
            document.writeBytes(odd);
        }
        document.writeBytes(("{" + ISSUER + "," + JWKS_URI + ",\"x\":\"").getBytes(StandardCharsets.US_ASCII));
        if (!first) {
            document.writeBytes(odd);
        }
        document.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
        refused(list, "2.3", what, ApiServerStandIn::discovery, served -> served.serve(document.toByteArray()));
    }

    /** Breaks a document that was good, and sees that the good one stays. */
    private static void refused(
            CheckList list,
            String section,
            String what,
            Function<ApiServerStandIn, ServedDocument> which,
            Consumer<ServedDocument> fault) {
        list.must(section, "refused: " + what, EVERY_REQUEST_FETCHES, bed -> {
            ServedDocument document = which.apply(bed.upstream());
            bed.prime();
            RawResponse good = bed.get(document.path());
            Expect.that(good).status(200);
            fault.accept(document);
            // At once, so that a document that was taken for a good one is what the failure tells of.
            Expect.that(bed.get(document.path())).status(200).body(good.text());
            Await.until(
                    LATE,
                    "a WARN line for the refused " + document.path(),
                    () -> bed.gateway().log().stream()
                            .anyMatch(line -> line.contains("WARN") && line.contains(document.path())));
            Expect.that(bed.get(document.path())).status(200).body(good.text());
        });
    }

    /** Serves another document and sees that it comes through. */
    private static void takes(
            CheckList list, String what, Function<ApiServerStandIn, ServedDocument> which, String text) {
        list.must(
                "2.3",
                "accepted: " + what,
                Map.of(),
                upstream -> which.apply(upstream).serve(text),
                bed -> {
                    RawResponse response = bed.get(which.apply(bed.upstream()).path());
                    Expect.that(response)
                            .status(200)
                            .demand(Json.same(text, response.text()), "expected upstream's document");
                });
    }
}
