// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of section 1, with 1.1 and 1.2: what a relying party sees when all is well. */
final class HttpInterfaceChecks {

    static final Map<String, String> DOCUMENTS =
            Map.of("discovery", ApiServerStandIn.DISCOVERY_PATH, "JWKS", ApiServerStandIn.JWKS_PATH);

    private static final List<String> HEALTH = List.of("/healthz", "/readyz");

    private static final String LATER = "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT";
    private static final Pattern CACHE_CONTROL = Pattern.compile("public, max-age=(\\d{1,8})");

    /** Between two machines; the gateway's own lateness would be seconds of a slow request. */
    private static final int CLOCK_SKEW_SECONDS = 10;

    private HttpInterfaceChecks() {}

    static void checks(CheckList list) {
        DOCUMENTS.forEach((name, path) -> {
            document(list, name, path);
            negotiation(list.in("1.2"), name, path);
            conditional(list.in("1"), name, path);
        });
        methods(list.in("1"));
        health(list.in("1"));
        everythingElse(list);
        otherMethods(list.in("1"));
    }

    private static void document(CheckList list, String name, String path) {
        list.in("1").anywhere("GET answers 200 with the " + name + " document", bed -> {
            Expect.that(bed.get(path)).status(200);
        });
        list.in("1").anywhere("HEAD on the " + name + " document has the status and header of GET and no body", bed -> {
            try (RawHttp http = bed.connect()) {
                RawResponse get = http.ask(bed.requestTo("GET", path));
                RawResponse head = http.ask(bed.requestTo("HEAD", path));
                Expect.that(head)
                        .status(200)
                        .demand(head.fieldNames().equals(get.fieldNames()), "expected the fields " + get.fieldNames())
                        .field("Content-Length", get.require("Content-Length"))
                        .field("ETag", get.require("ETag"));
                // Bytes of a body would be taken for the next answer.
                Expect.that(http.ask(bed.requestTo("GET", path))).status(200);
            }
        });
        fields(list.in("1.1"), "the " + name + " document", path);
    }

    private static void fields(CheckList list, String document, String path) {
        list.anywhere(
                document + "'s 200 carries exactly the promised fields",
                bed -> Expect.that(bed.get(path))
                        .onlyFields(promisedFields(bed, "Content-Type", "Content-Length"))
                        .field("X-Content-Type-Options", "nosniff")
                        .field("Access-Control-Allow-Origin", "*"));
        list.anywhere(document + "'s Expires is its Date plus max-age", bed -> lifetime(bed.get(path)));
        list.anywhere(document + "'s Date is now", bed -> {
            RawResponse response = bed.get(path);
            Duration skew = Duration.between(date(response, "Date"), ZonedDateTime.now())
                    .abs();
            Expect.that(response).demand(skew.toSeconds() <= CLOCK_SKEW_SECONDS, "expected Date to be now");
        });
        list.anywhere(document + "'s ETag is the quoted hex SHA-256 of the body", bed -> {
            RawResponse response = bed.get(path);
            Expect.that(response).field("ETag", "\"" + sha256(response.body()) + "\"");
            Expect.that(bed.get(path)).field("ETag", response.require("ETag"));
        });
        list.anywhere(document + " is sent whole, with its length in bytes", bed -> {
            RawResponse response = bed.get(path);
            Expect.that(response)
                    .field("Content-Length", Integer.toString(response.body().length))
                    .noField("Transfer-Encoding");
        });
    }

    private static void negotiation(CheckList list, String name, String path) {
        list.anywhere(
                "the " + name + " document's Content-Type is exactly application/json",
                bed -> Expect.that(bed.get(path)).field("Content-Type", "application/json"));
        Map<String, String> ignored = Map.ofEntries(
                Map.entry("Accept: text/html", "Accept: text/html"),
                Map.entry("Accept: application/json;q=0", "Accept: application/json;q=0"),
                Map.entry("Accept: application/jwk-set+json", "Accept: application/jwk-set+json"),
                Map.entry("a malformed Accept", "Accept: ///;;q=x"),
                Map.entry("an empty Accept", "Accept:"),
                Map.entry("Accept-Encoding: gzip", "Accept-Encoding: gzip, br"),
                Map.entry("Accept-Encoding: identity;q=0", "Accept-Encoding: identity;q=0, *;q=0"),
                Map.entry("Range", "Range: bytes=0-3"),
                Map.entry("Range with If-Range", "Range: bytes=0-3\r\nIf-Range: \"x\""),
                Map.entry("If-Match", "If-Match: \"another\""),
                Map.entry("If-Modified-Since", LATER),
                Map.entry(
                        "If-None-Match that does not match beside If-Modified-Since",
                        "If-None-Match: \"x\"\r\n" + LATER));
        ignored.forEach((what, field) -> list.anywhere(what + " is ignored for the " + name + " document", bed -> {
            RawResponse plain = bed.get(path);
            Expect.that(bed.get(path, field))
                    .status(200)
                    .noField("Content-Encoding")
                    .noField("Vary")
                    .body(plain.text())
                    .field("ETag", plain.require("ETag"));
        }));
    }

    private static void conditional(CheckList list, String name, String path) {
        Map<String, String> matching = Map.of(
                "the exact tag", "If-None-Match: TAG",
                "a weak tag", "If-None-Match: W/TAG",
                "a list", "If-None-Match: \"a\", W/\"b\" ,TAG",
                "a list without white space", "If-None-Match: \"a\",TAG,\"b\"",
                "the asterisk", "If-None-Match: *",
                "a comma inside another tag", "If-None-Match: \"a,b\", TAG",
                "several field lines", "If-None-Match: \"a\"\r\nIf-None-Match: TAG",
                "empty list elements", "If-None-Match: ,, TAG ,");
        matching.forEach((what, field) ->
                list.anywhere("If-None-Match with " + what + " gives 304 for the " + name + " document", bed -> {
                    String tag = bed.get(path).require("ETag");
                    Expect.that(bed.get(path, field.replace("TAG", tag)))
                            .status(304)
                            .noBody();
                }));
        Map<String, String> differing = Map.of(
                "another tag", "If-None-Match: \"0123\"",
                "a part of the tag", "If-None-Match: PART",
                "the tag without quotes", "If-None-Match: BARE",
                "nothing", "If-None-Match:",
                "a quoted asterisk", "If-None-Match: \"*\"",
                "the tag inside another tag's comma list", "If-None-Match: \"x,BARE,y\"");
        differing.forEach((what, field) ->
                list.anywhere("If-None-Match with " + what + " gives 200 for the " + name + " document", bed -> {
                    String tag = bed.get(path).require("ETag");
                    String bare = tag.substring(1, tag.length() - 1);
                    String part = "\"" + bare.substring(0, bare.length() / 2) + "\"";
                    Expect.that(bed.get(path, field.replace("PART", part).replace("BARE", bare)))
                            .status(200)
                            .field("ETag", tag);
                }));
        list.anywhere("a 304 for the " + name + " document has the 200's fields less type and length", bed -> {
            try (RawHttp http = bed.connect()) {
                for (String method : List.of("GET", "HEAD")) {
                    Expect.that(http.ask(bed.requestTo(method, path, "If-None-Match: *")))
                            .status(304)
                            .onlyFields(promisedFields(bed))
                            .field("Cache-Control", bed.get(path).require("Cache-Control"))
                            .field("ETag", bed.get(path).require("ETag"));
                }
                // The connection still works, so nothing came after the head.
                Expect.that(http.ask(bed.requestTo("GET", path))).status(200);
            }
        });
    }

    private static void methods(CheckList list) {
        List<String> paths = new ArrayList<>(DOCUMENTS.values());
        paths.addAll(HEALTH);
        for (String path : paths) {
            for (String method : RequestTable.methods()) {
                list.anywhere(
                        method + " " + path + " is 405 with Allow: GET, HEAD",
                        bed -> Expect.that(bed.exchange(bed.requestTo(method, path)))
                                .status(405)
                                .field("Allow", "GET, HEAD")
                                .plain());
            }
        }
    }

    private static void health(CheckList list) {
        for (String path : HEALTH) {
            list.anywhere("GET " + path + " is 200 OK", bed -> {
                RawResponse response = bed.get(path);
                Expect.that(response)
                        .status(200)
                        .demand(response.text().strip().equals("OK"), "expected OK")
                        .plain();
            });
            list.anywhere("HEAD " + path + " is 200 without a body", bed -> {
                RawResponse get = bed.get(path);
                Expect.that(bed.head(path)).status(200).field("Content-Length", get.require("Content-Length"));
            });
        }
        list.anywhere(
                "the two documents have tags of their own",
                bed -> Expect.holds(
                        !bed.getDiscovery().require("ETag").equals(bed.getJwks().require("ETag")),
                        "one ETag for two documents"));
    }

    private static void everythingElse(CheckList list) {
        for (RequestRow row : RequestTable.group("targets: other paths")) {
            list.in(row.section())
                    .anywhere("GET " + row.name() + " is 404", bed -> bed.refuses(row.name(), row.statuses()));
        }
    }

    private static void otherMethods(CheckList list) {
        for (String method : List.of("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO")) {
            list.anywhere(
                    method + " on any other path is 404",
                    bed -> Expect.that(bed.exchange(bed.requestTo(method, "/other")))
                            .status(404)
                            .noField("Allow")
                            .field("Cache-Control", "no-store"));
        }
    }

    /** What 1.1 promises, and 8.1 where the connection is TLS. */
    static String[] promisedFields(TestBed bed, String... ofTheBody) {
        List<String> names = new ArrayList<>(List.of(
                "Cache-Control", "Date", "Expires", "ETag", "X-Content-Type-Options", "Access-Control-Allow-Origin"));
        names.addAll(List.of(ofTheBody));
        if ("https".equals(bed.baseUri().getScheme())) {
            names.add("Strict-Transport-Security");
        }
        return names.toArray(String[]::new);
    }

    /** The seconds, which {@code Cache-Control} and {@code Expires} have to agree on. */
    static long lifetime(RawResponse response) {
        Matcher cacheControl = CACHE_CONTROL.matcher(response.require("Cache-Control"));
        Expect.that(response).demand(cacheControl.matches(), "expected Cache-Control: public, max-age=<seconds>");
        long seconds = Long.parseLong(cacheControl.group(1));
        long lifetime = Duration.between(date(response, "Date"), date(response, "Expires"))
                .toSeconds();
        Expect.that(response)
                .demand(Math.abs(lifetime - seconds) <= 1, "expected Expires " + seconds + " s after Date");
        return seconds;
    }

    private static ZonedDateTime date(RawResponse response, String field) {
        // The fixed-length form of RFC 9110 5.6.7; RFC_1123_DATE_TIME would take one-digit days too.
        DateTimeFormatter form = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.ENGLISH);
        return ZonedDateTime.parse(response.require(field), form);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
