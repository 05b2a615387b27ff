// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests that section 1 of the contract has refused, and odd ones that are answered; {@link TargetTable} has the targets. */
public final class RequestTable {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = "GET " + JWKS + " HTTP/1.1";
    private static final String POST = "POST " + JWKS + " HTTP/1.1";
    private static final String HOST = "Host: x";

    private static final List<RequestRow> REFUSED = Stream.concat(
                    Stream.of("0.9", "1.2", "1.9", "2.0", "3.0", "9.9")
                            .map(version ->
                                    refused("HTTP/" + version, head("GET " + JWKS + " HTTP/" + version, HOST), 505)),
                    Stream.of(
                            refused("a request line without a version", head("GET " + JWKS), 505, 400),
                            refused("HTTP/1.10", head("GET " + JWKS + " HTTP/1.10", HOST), 505, 400),
                            refused("a made-up protocol", head("GET " + JWKS + " FTP/1.1", HOST), 505, 400),
                            refused("HTTP/1.1 without Host", head(GET), 400),
                            refused("a malformed Host", head(GET, "Host: a b"), 400),
                            refused("a field line without a colon", head(GET, HOST, "foo"), 400),
                            refused("a field name with a space", head(GET, HOST, "A b: c"), 400),
                            refused("white space before the colon", head(GET, HOST, "Ab : c"), 400),
                            refused("NUL in a field value", head(GET, HOST, "A: b\0c"), 400),
                            refused("NUL in the target", head("GET /a\0b HTTP/1.1", HOST), 400),
                            refused("a target without a slash", head("GET openid HTTP/1.1", HOST), 400, 404),
                            refused("a target with another scheme", head("GET foo:/a HTTP/1.1", HOST), 400, 404),
                            refused("a target beyond 8 KiB", head("GET /" + a(9000) + " HTTP/1.1", HOST), 414),
                            refused(
                                    "a query beyond 8 KiB",
                                    head("GET " + JWKS + "?" + a(20_000) + " HTTP/1.1", HOST),
                                    414),
                            refused("a field beyond 8 KiB", head(GET, HOST, "X-Long: " + a(9000)), 431),
                            refused("a method beyond 8 KiB", head(a(9000) + " / HTTP/1.1", HOST), 431, 400, 405, 414),
                            refused("fields beyond 8 KiB in all", head(GET, HOST, fields(90, 100)), 431),
                            refused("101 fields", head(GET, HOST, fields(100, 1)), 431),
                            refused("1,000 fields", head(GET, HOST, fields(999, 1)), 431)))
            .toList();

    private static final List<RequestRow> UNUSUAL = List.of(
            refused("an unknown expectation", head(GET, HOST, "Expect: miracle"), 417),
            refused("OPTIONS *", head("OPTIONS * HTTP/1.1", HOST), 404, 400, 405),
            refused("CONNECT", head("CONNECT other.example:443 HTTP/1.1", HOST), 404, 400, 405),
            refused("an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, 400, 404));

    private static final List<RequestRow> SMUGGLED = Stream.of(
                    smuggled("a bare LF after the request line", GET + "\nHost: x\r\n\r\n"),
                    smuggled("a bare LF after a field", GET + "\r\nHost: x\nA: b\r\n\r\n"),
                    smuggled("a bare LF after the last field", GET + "\r\nHost: x\n\r\n"),
                    smuggled("a bare LF at the end of the head", GET + "\r\nHost: x\r\n\n"),
                    smuggled("nothing but bare LFs", GET + "\nHost: x\n\n"),
                    smuggled("a folded field, with a space", head(GET, HOST, "A: b", " c")),
                    smuggled("a folded field, with a tab", head(GET, HOST, "A: b", "\tc")),
                    smuggled("white space before the first field", head(GET, " Host: x", HOST)),
                    smuggled(
                            "Content-Length before Transfer-Encoding",
                            head(POST, HOST, "Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
                    smuggled(
                            "Transfer-Encoding before Content-Length",
                            head(GET, HOST, "Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n"),
                    smuggled("two different Host fields", head(GET, HOST, "Host: y")),
                    smuggled("two equal Host fields", head(GET, HOST, HOST)),
                    smuggled(
                            "two different Content-Length fields",
                            head(POST, HOST, "Content-Length: 3", "Content-Length: 4") + "abcd"),
                    smuggled("a list of different lengths", head(POST, HOST, "Content-Length: 3, 4") + "abcd"),
                    smuggled(
                            "a length of 0 beside Transfer-Encoding",
                            head(POST, HOST, "Content-Length: 0", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
                    length("+3"),
                    length("0x3"),
                    length("3 3"),
                    length("3;"),
                    length("\"3\""),
                    length("1e1"),
                    length("18446744073709551619"),
                    smuggled("an empty length", head(POST, HOST, "Content-Length:") + "abc"),
                    coding("xchunked"),
                    coding("chunked, identity"),
                    coding("chunk"),
                    coding("\"chunked\""),
                    coding("chunked;q=1"))
            .toList();

    private static final List<RequestRow> FORGIVABLE = List.of(
            forgivable("two spaces before the target", "GET  " + JWKS + " HTTP/1.1", 200),
            forgivable("two spaces before the version", "GET " + JWKS + "  HTTP/1.1", 200),
            forgivable("a tab for a space", "GET\t" + JWKS + " HTTP/1.1", 400),
            forgivable("a space after the version", GET + " ", 400),
            forgivable("a version in lower case", "GET " + JWKS + " http/1.1", 200),
            forgivable("an absolute target without a host", "GET http://" + JWKS + " HTTP/1.1", 200),
            forgivable("an absolute target without an authority", "GET http:" + JWKS + " HTTP/1.1", 200),
            forgivable("a bare CR in a field", GET + "\r\nA: b\rc", 400));

    private static final List<RequestRow> ODD = List.of(
            odd("an unknown transfer coding", head(POST, HOST, "Transfer-Encoding: foo"), true, 400),
            odd(
                    "a coding before chunked",
                    head(POST, HOST, "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
                    true,
                    405),
            odd("chunked twice", head(POST, HOST, "Transfer-Encoding: chunked, chunked"), true, 400),
            odd("a malformed chunk", head(POST, HOST, "Transfer-Encoding: chunked") + "zz\r\n\r\n", true, 405),
            odd("a negative length", head(POST, HOST, "Content-Length: -1"), true, 400),
            odd("a huge length", head(POST, HOST, "Content-Length: 99999999999999999999"), true, 400),
            odd("a length that is no number", head(POST, HOST, "Content-Length: abc"), true, 400),
            odd("an odd Connection", head(GET, HOST, "Connection: ,,x, \"y\""), false, 200),
            odd("an odd Cookie", head(GET, HOST, "Cookie: =;;$Version=9;\"", "Cookie: a=\u0001"), true, 400),
            odd("an Upgrade with a body", head(POST, HOST, "Upgrade: h2c", "Content-Length: 3") + "abc", true, 405),
            odd(
                    "a body behind a target with two slashes",
                    head("GET //a HTTP/1.1", HOST, "Content-Length: 3") + "abc",
                    true,
                    400),
            odd("CONNECT in HTTP/1.0", head("CONNECT other.example:443 HTTP/1.0", HOST), true, 404),
            odd("a long method", head("M".repeat(500) + " " + JWKS + " HTTP/1.1", HOST), false, 405),
            odd("an odd method", head("G@T " + JWKS + " HTTP/1.1", HOST), true, 400),
            odd("an odd Content-Type", head(POST, HOST, "Content-Type: ;;charset=nonsense"), false, 405),
            odd(
                    "an odd Accept-Language",
                    head("GET /other HTTP/1.1", HOST, "Accept-Language: ;;;q=z", "Accept: *;;q"),
                    false,
                    404),
            odd("an odd port", head(GET, "Host: x:99999999"), true, 400),
            odd("bytes that are no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", true, 400),
            odd("a broken escape", head("GET /%c0%af%zz HTTP/1.1", HOST), true, 400));

    private RequestTable() {}

    /**
     * What the parser refuses, section 1.4 and 1.7.
     *
     * @return rows with the status that they have to get; several where RFC 9112 leaves a choice
     */
    public static List<RequestRow> refused() {
        return REFUSED;
    }

    /**
     * What there are rules of its own for, section 1.4.
     *
     * @return rows with the statuses that they may get
     */
    public static List<RequestRow> unusual() {
        return UNUSUAL;
    }

    /**
     * What smugglers use and nobody may forgive, section 1.8.
     *
     * @return rows that all get 400
     */
    public static List<RequestRow> smuggled() {
        return SMUGGLED;
    }

    /**
     * What RFC 9112 lets a recipient forgive, or says nothing of, section 1.8.
     *
     * @return rows that may get 200, and should get 400, or 505 for what may be taken for another version
     */
    public static List<RequestRow> forgivable() {
        return FORGIVABLE;
    }

    /**
     * What may be answered or refused, but never with a server's error, section 1.4.
     *
     * @return rows with the status that this gateway gives
     */
    public static List<RequestRow> odd() {
        return ODD;
    }

    /**
     * All of them.
     *
     * @return each row once
     */
    public static List<RequestRow> all() {
        return Stream.of(REFUSED, UNUSUAL, SMUGGLED, FORGIVABLE, ODD)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * One of them.
     *
     * @param name its name
     * @return the row
     * @throws java.util.NoSuchElementException if there is none of that name
     */
    public static RequestRow named(String name) {
        return all().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    private static RequestRow refused(String name, String request, int... statuses) {
        return new RequestRow("1.4", name, request, true, statuses);
    }

    private static RequestRow smuggled(String name, String request) {
        return new RequestRow("1.8", name, request, true, 400);
    }

    private static RequestRow length(String length) {
        return smuggled("the length " + length, head(POST, HOST, "Content-Length: " + length) + "abc");
    }

    private static RequestRow coding(String coding) {
        return smuggled("the coding " + coding, head(POST, HOST, "Transfer-Encoding: " + coding) + "0\r\n\r\n");
    }

    private static RequestRow forgivable(String name, String line, int own) {
        return new RequestRow("1.8", name, head(line, HOST), own != 200, own, 200, 400, 505);
    }

    private static RequestRow odd(String name, String request, boolean closes, int status) {
        return new RequestRow("1.4", name, request, closes, status);
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String fields(int number, int length) {
        return String.join(
                "\r\n",
                IntStream.range(0, number)
                        .mapToObj(i -> "F" + i + ": " + a(length))
                        .toList());
    }

    private static String a(int length) {
        return "a".repeat(length);
    }
}
