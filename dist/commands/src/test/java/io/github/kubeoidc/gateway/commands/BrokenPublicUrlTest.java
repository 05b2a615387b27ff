// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** CONTRACT 11, what {@code check} tells of the way to the gateway by its public URL. */
class BrokenPublicUrlTest extends BrokenSetUp {
    @Override
    Stream<Row> rows() {
        return Stream.of(
                new Row(() -> gateway.statuses.put(StandIn.JWKS, 302), """
                        redirect
                        FAIL  public URL /openid/v1/jwks: status 302, a redirect;\s"""),
                new Row(() -> gateway.statuses.put(StandIn.JWKS, 304), """
                        304 that nobody asked for
                        FAIL  public URL /openid/v1/jwks: status 304;\s"""),
                new Row(
                        () -> gateway.bodies.computeIfPresent(
                                StandIn.DISCOVERY,
                                (path, body) -> body.replace(
                                        "\"jwks_uri\":\"https://issuer.example", "\"jwks_uri\":\"https://10.0.0.1")),
                        """
                        a private jwks_uri out there
                        FAIL  public URL jwks_uri: https://10.0.0.1/openid/v1/jwks has a private address;\s"""),
                new Row(() -> gateway.statuses.put(StandIn.JWKS, 401), """
                        the API server itself
                        FAIL  public URL /openid/v1/jwks: status 401; relying parties have no token: is the gateway there"""),
                header(
                        "Content-Type",
                        "application/json; charset=utf-8",
                        "is application/json; charset=utf-8, not application/json; "),
                header(
                        "Cache-Control",
                        "public, max-age=86400",
                        "is public, max-age=86400, longer than the 3600s of this configuration..; look at"),
                header("Cache-Control", "no-store", "is no-store, without a max-age, without public, with no-store; "),
                header("Access-Control-Allow-Origin", null, "is missing, not *; look at"),
                new Row(() -> gateway.headers.get(StandIn.JWKS).put("Content-Encoding", "gzip"), """
                        gzip that nobody asked for
                        FAIL  public URL /openid/v1/jwks: Content-Encoding is gzip, which was not asked for;\s"""),
                new Row(() -> gateway.bodies.put(StandIn.JWKS, "{\"keys\":[" + OTHER_KEY.toJson() + "]}"), """
                        an older document
                        FAIL  public URL /openid/v1/jwks content: is not what the API server has; another cluster's gateway, or a cache that keeps an old document"""),
                new Row(() -> gateway(CERTIFICATES.server("server", 1), "TLSv1.2", "TLSv1.3"), """
                        chain without its middle
                        FAIL  public URL TLS: certificate not trusted by --public-ca, its issuer is CN=intermediate, and no intermediate certificate came with it; it has to show a whole chain"""),
                new Row(() -> gateway(CERTIFICATES.server("server", 2), "TLSv1.3"), """
                        TLS 1.3 only
                        FAIL  public URL TLSv1.2: ..; allow this version of TLS there"""),
                new Row(() -> publicUrl(plainServer()), """
                        HTTP on the port
                        FAIL  public URL TLS: what answers there is no TLS; does this port speak TLS?"""),
                new Row(() -> publicUrl(byName(gateway, "127.0.0.2", "127.0.0.1")), """
                        TLS at the second address alone
                        warn  public URL TLS: 127.0.0.1: TLSv1.3, certificate by..; 127.0.0.2: what answers there is no TLS; some clients try no other one"""),
                new Row(
                        () -> {
                            gateway.slow.put("", 1);
                            publicUrl(endlessServer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", " ", 500));
                        },
                        """
                        a byte now and then
                        FAIL  public URL /.well-known/openid-configuration: takes connections, and does not answer within 6s; AWS waits 5 s"""),
                new Row(
                        () -> publicUrl(tlsServer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
                                + upstream.bodies.get(StandIn.DISCOVERY))),
                        """
                        an answer that is cut
                        FAIL  public URL /.well-known/openid-configuration: connection broken before the answer was complete; try the same with curl from outside"""),
                new Row(() -> gateway.bodies.merge(StandIn.JWKS, " ".repeat(1 << 20), String::concat), """
                        a document and white space without end
                        FAIL  public URL /openid/v1/jwks: the answer is larger than 1048576 bytes; what answers there"""),
                new Row(() -> publicUrl(endlessServer("", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100), 0)), """
                        1xx without end
                        FAIL  public URL /.well-known/openid-configuration: the answer is not valid HTTP, or was cut short; try the same with curl from outside"""),
                new Row(() -> publicUrl(endlessServer("SSH-2.0-nobody\r\n".repeat(10), "x", 100)), """
                        no HTTP
                        FAIL  public URL /.well-known/openid-configuration: the answer is not valid HTTP, or was cut short; try the same with curl from outside"""),
                new Row(() -> gateway.close(), """
                        public port closed
                        FAIL  public URL TCP: no connection to 127.0.0.1:..does anything listen there?; look at port"""),
                new Row(() -> publicUrl("https://nothing.invalid"), """
                        no such public name
                        FAIL  public URL name: host nothing.invalid cannot be resolved, is --public-url right?;\s"""),
                new Row(() -> upstream.environment.put("PATH_PREFIX", "/clusters/b"), """
                        wrong prefix
                        FAIL  public URL /clusters/b/.well-known/openid-configuration: status 404; are --public-url and PATH_PREFIX the gateway's"""),
                new Row(() -> gateway.bodies.put(StandIn.JWKS, "<html></html>"), """
                        HTML from a CDN
                        FAIL  public URL /openid/v1/jwks: not a valid document: ..; what answers there is not the gateway"""),
                new Row(() -> gateway.slow.put(StandIn.JWKS, 60_000), """
                        more than 6 s
                        FAIL  public URL /openid/v1/jwks: takes connections, and does not answer within 6s; AWS waits 5 s: look at"""),
                new Row(() -> discovery(ISSUER, "https://elsewhere.example/openid/v1/jwks"), """
                        jwks_uri elsewhere
                        warn  public URL jwks_uri: https://elsewhere.example/openid/v1/jwks is not below this address, where..; relying parties fetch keys from the first"""));
    }

    private Row header(String name, @Nullable String value, String told) {
        return new Row(() -> gateway.headers.get(StandIn.JWKS).compute(name, (same, before) -> value), """
                %1$s: %2$s
                warn  public URL /openid/v1/jwks headers: %1$s %3$s""".formatted(
                        name, value, told));
    }

    /** The https URL of a server that sends a text and closes. */
    private String tlsServer(String text) throws IOException {
        return serve(tlsSocket(), client -> send(client, text));
    }

    /** The https URL of a server that sends a text at once, and then another without end. */
    private String endlessServer(String first, String more, int pauseMillis) throws IOException {
        return serve(tlsSocket(), client -> {
            send(client, first);
            while (true) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
                send(client, more);
            }
        });
    }

    private static ServerSocket tlsSocket() throws IOException {
        return CERTIFICATES
                .server("server", 2)
                .getServerSocketFactory()
                .createServerSocket(0, 10, StandIn.loopback().getAddress());
    }

    @Test
    void allIsWellWhereNothingIsBroken() throws Exception {
        // A gateway at another address than the issuer's is the one thing that is odd here.
        assertThat(check(0, arguments.toArray(String[]::new)).lines().filter(line -> !line.startsWith("ok")))
                .allMatch(line -> line.matches("warn  public URL (issuer|jwks_uri): .*"));
    }

    /** RFC 9110, section 15.2. */
    @Test
    void anAnswerBeforeTheLastOneIsPassedOver() throws Exception {
        String discovery = upstream.bodies.get(StandIn.DISCOVERY);
        publicUrl(tlsServer("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + discovery.length() + "\r\n\r\n"
                + discovery));
        upstream.run(Stream.concat(Stream.of("check"), arguments.stream()).toArray(String[]::new));
        assertThat(upstream.out())
                .contains("ok    public URL /.well-known/openid-configuration: 200, valid, " + discovery.length());
    }
}
