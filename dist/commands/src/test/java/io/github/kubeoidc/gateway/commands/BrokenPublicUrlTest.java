// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** CONTRACT 11, what {@code check} tells of the way to the gateway by its public URL. */
class BrokenPublicUrlTest extends BrokenSetUp {
    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "redirect",
                        "FAIL  public URL /openid/v1/jwks: status 302, a redirect; ",
                        with -> with.gateway.statuses.put(StandIn.JWKS, 302)),
                new Row(
                        "304 that nobody asked for",
                        "FAIL  public URL /openid/v1/jwks: status 304; ",
                        with -> with.gateway.statuses.put(StandIn.JWKS, 304)),
                new Row(
                        "a private jwks_uri out there",
                        "FAIL  public URL jwks_uri: https://10.0.0.1/openid/v1/jwks has a private address; ",
                        with -> with.gateway.bodies.put(
                                StandIn.DISCOVERY,
                                with.upstream
                                        .bodies
                                        .get(StandIn.DISCOVERY)
                                        .replace(
                                                "\"jwks_uri\":\"https://issuer.example",
                                                "\"jwks_uri\":\"https://10.0.0.1"))),
                new Row(
                        "the API server itself",
                        "FAIL  public URL /openid/v1/jwks: status 401; relying parties have no token: is the gateway there",
                        with -> with.gateway.statuses.put(StandIn.JWKS, 401)),
                header(
                        "Content-Type",
                        "application/json; charset=utf-8",
                        "is application/json; charset=utf-8, not application/json; "),
                header(
                        "Cache-Control",
                        "public, max-age=86400",
                        "is public, max-age=86400, longer than the 3600s of this configuration..; look at"),
                header("Cache-Control", "no-store", "is no-store, without a max-age, without public, with no-store; "),
                header("Access-Control-Allow-Origin", null, "is null, not *; look at"),
                new Row(
                        "gzip that nobody asked for",
                        "FAIL  public URL /openid/v1/jwks: Content-Encoding is gzip, which was not asked for; ",
                        with -> with.header("Content-Encoding", "gzip")),
                new Row(
                        "an older document",
                        "FAIL  public URL /openid/v1/jwks content: is not what the API server has; another cluster's gateway, or a cache that keeps an old document",
                        with -> with.gateway.bodies.put(StandIn.JWKS, "{\"keys\":[" + SetUp.OTHER_KEY.toJson() + "]}")),
                new Row(
                        "chain without its middle",
                        "FAIL  public URL TLS: certificate not trusted by --public-ca, its issuer is CN=intermediate, and no intermediate certificate came with it; it has to show a whole chain",
                        with -> with.gateway(SetUp.CERTIFICATES.server("server", 1), "TLSv1.2", "TLSv1.3")),
                new Row(
                        "TLS 1.3 only",
                        "FAIL  public URL TLSv1.2: ..; allow this version of TLS there",
                        with -> with.gateway(SetUp.CERTIFICATES.server("server", 2), "TLSv1.3")),
                new Row(
                        "HTTP on the port",
                        "FAIL  public URL TLS: what answers there is no TLS; does this port speak TLS?",
                        with -> with.arguments.set(1, with.plainServer())),
                new Row(
                        "TLS at the second address alone",
                        "warn  public URL TLS: 127.0.0.1: TLSv1.3, certificate by..; 127.0.0.2: what answers there is no TLS; some clients try no other one",
                        with -> with.arguments.set(1, with.byName(with.gateway, "127.0.0.2", "127.0.0.1"))),
                new Row(
                        "a byte now and then",
                        "FAIL  public URL /.well-known/openid-configuration: takes connections, and does not answer within 6s; AWS waits 5 s",
                        with -> {
                            with.gateway.slow.put("", 1);
                            with.arguments.set(
                                    1, with.tlsServer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", " ", 500));
                        }),
                new Row(
                        "an answer that is cut",
                        "FAIL  public URL /.well-known/openid-configuration: connection broken before the answer was complete; try the same with curl from outside",
                        with -> with.arguments.set(
                                1,
                                with.tlsServer(
                                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
                                                + with.upstream.bodies.get(StandIn.DISCOVERY),
                                        null,
                                        0))),
                new Row(
                        "a document and white space without end",
                        "FAIL  public URL /openid/v1/jwks: the answer is larger than 1048576 bytes; what answers there",
                        with -> with.gateway.bodies.merge(StandIn.JWKS, " ".repeat(1 << 20), String::concat)),
                new Row(
                        "1xx without end",
                        "FAIL  public URL /.well-known/openid-configuration: the answer is not valid HTTP, or was cut short; try the same with curl from outside",
                        with -> with.arguments.set(
                                1, with.tlsServer("", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100), 0))),
                new Row(
                        "no HTTP",
                        "FAIL  public URL /.well-known/openid-configuration: the answer is not valid HTTP, or was cut short; try the same with curl from outside",
                        with -> with.arguments.set(1, with.tlsServer("SSH-2.0-nobody\r\n".repeat(10), "x", 100))),
                new Row(
                        "public port closed",
                        "FAIL  public URL TCP: no connection to 127.0.0.1:..does anything listen there?; look at port",
                        with -> with.gateway.close()),
                new Row(
                        "no such public name",
                        "FAIL  public URL name: host nothing.invalid cannot be resolved, is --public-url right?; ",
                        with -> with.arguments.set(1, "https://nothing.invalid")),
                new Row(
                        "wrong prefix",
                        "FAIL  public URL /clusters/b/.well-known/openid-configuration: status 404; are --public-url and PATH_PREFIX the gateway's",
                        with -> with.upstream.environment.put("PATH_PREFIX", "/clusters/b")),
                new Row(
                        "HTML from a CDN",
                        "FAIL  public URL /openid/v1/jwks: not a valid document: ..; what answers there is not the gateway",
                        with -> with.gateway.bodies.put(StandIn.JWKS, "<html></html>")),
                new Row(
                        "more than 6 s",
                        "FAIL  public URL /openid/v1/jwks: takes connections, and does not answer within 6s; AWS waits 5 s: look at",
                        with -> with.gateway.slow.put(StandIn.JWKS, 60_000)),
                new Row(
                        "jwks_uri elsewhere",
                        "warn  public URL jwks_uri: https://elsewhere.example/openid/v1/jwks is not below this address, where..; relying parties fetch keys from the first",
                        with -> with.discovery(SetUp.ISSUER, "https://elsewhere.example/openid/v1/jwks")));
    }

    private static Row header(String name, @Nullable String value, String told) {
        return new Row(
                name + ": " + value,
                "warn  public URL /openid/v1/jwks headers: " + name + " " + told,
                with -> with.header(name, value));
    }

    @Test
    void allIsWellWhereNothingIsBroken() {
        int status = setUp.check();
        // A gateway at another address than the issuer's is the one thing that is odd here.
        assertThat(setUp.upstream.out().lines().filter(line -> !line.startsWith("ok")))
                .allMatch(line -> line.matches("warn  public URL (issuer|jwks_uri): .*"));
        assertThat(status).isZero();
    }

    /** RFC 9110, section 15.2. */
    @Test
    void anAnswerBeforeTheLastOneIsPassedOver() throws Exception {
        String discovery = setUp.upstream.bodies.get(StandIn.DISCOVERY);
        String answer = "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + discovery.length() + "\r\n\r\n";
        setUp.arguments.set(1, setUp.tlsServer(answer + discovery, null, 0));
        setUp.check();
        assertThat(setUp.upstream.out())
                .contains("ok    public URL /.well-known/openid-configuration: 200, valid, " + discovery.length());
    }
}
