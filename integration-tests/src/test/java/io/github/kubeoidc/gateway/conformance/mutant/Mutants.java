// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import java.util.List;

/**
 * A gateway with a fault for each section of the kit, and a second one where a section has checks of several kinds. What a
 * unit test notices as well, PIT mutates: docs/development.md says what belongs here.
 */
final class Mutants {
    /** In the order of the sections. */
    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "1 one connection takes many requests",
                    "closes after each answer",
                    "GatewayServlet",
                    "shutdown.hasBegun() || hasBody(request)",
                    "true"),
            new Mutant(
                    "1.1 the JWKS document's 200 carries exactly the promised fields",
                    "names its server",
                    "HttpSettings",
                    "setSendServerVersion(false)",
                    "setSendServerVersion(true)"),
            new Mutant(
                    "1.2 Accept-Encoding: gzip is ignored for the JWKS document",
                    "varies with the encoding that is accepted",
                    "DocumentResponse",
                    "response.setContentType(\"application/json\");",
                    "response.setContentType(\"application/json\");"
                            + " if (request.getHeader(\"Accept-Encoding\") != null) response.setHeader(\"Vary\", \"*\");"),
            new Mutant(
                    "1.3 /openid/v1/jwks;x=1 is 404, or 400",
                    "takes a path as the container normalizes it",
                    "GatewayServlet",
                    "= pathInContext(request.getRequestURI(), getServletContext().getContextPath());",
                    "= request.getPathInfo();"),
            new Mutant(
                    "1.4 HTTP/1.1 without Host is refused in plain words",
                    "refuses in HTML",
                    "PlainTextErrors",
                    "\"text/plain\"",
                    "\"text/html\""),
            new Mutant(
                    "1.4 an Upgrade to h2c with nothing in Connection is ignored",
                    "refuses an Upgrade",
                    "PlainTextErrors",
                    "refused.isForLoneUpgrade()",
                    "false"),
            new Mutant(
                    "1.5 /openid/v1/jwks is 502 when it was never fetched and cannot be",
                    "has another status for a missing document",
                    "PlainText",
                    "BAD_GATEWAY(502",
                    "BAD_GATEWAY(503"),
            new Mutant(
                    "1.6 a close lingers: the answer's end is told while the client still sends",
                    "resets a client that still sends",
                    "LingeringConnection",
                    "LINGER_BYTES = 2 * 1024 * 1024",
                    "LINGER_BYTES = 1024"),
            new Mutant(
                    "1.7 one byte and then nothing ends in a close after 10 s",
                    "has no bound for a request",
                    "ClientProgress",
                    "MESSAGE_BOUND = Duration.ofSeconds(10)",
                    "MESSAGE_BOUND = Duration.ofSeconds(1000)"),
            new Mutant(
                    "1.7 a second request in the same write as the first is discarded with a close",
                    "leaves a connection open whose second request it has discarded",
                    "FrontHandler",
                    "if (hasBody || hasMore ||",
                    "if (hasBody ||"),
            new Mutant(
                    "1.8 a bare LF after a field is 400, and the connection closed",
                    "takes a bare LF for the end of a line",
                    "HttpSettings",
                    "HttpCompliance.Violation.MISMATCHED_AUTHORITY",
                    "HttpCompliance.Violation.MISMATCHED_AUTHORITY, HttpCompliance.Violation.LF_HEADER_TERMINATION"),
            new Mutant(
                    "2.1 a server under another CA is not trusted",
                    "trusts every server",
                    "ExplainingTrustManager",
                    "decides.checkServerTrusted(chain, authType, engine);",
                    "if (chain.length == 0) throw new CertificateException();"),
            new Mutant(
                    "2.1 a kept connection that upstream closes instead of an answer costs no failure",
                    "does not repeat what a kept connection lost",
                    "ApiServer",
                    "if (serverError != null || exchange.isAnswering()",
                    "if (true || exchange.isAnswering()"),
            new Mutant(
                    "2.2 an exchange that is slow in the body ends after UPSTREAM_TIMEOUT_SECONDS and is closed",
                    "leaves a connection open that timed out",
                    "UpstreamSource",
                    "call.stop();",
                    ""),
            new Mutant(
                    "2.3 refused: name twice in one object",
                    "takes names twice",
                    "DocumentValidator",
                    "check(names.add(name), \"a name occurs twice in one object\");",
                    ""),
            new Mutant(
                    "2.4 PRETTY_PRINT_JSON=true indents by two spaces and changes no order, null, number or string",
                    "indents by four spaces",
                    "Renderer",
                    "FormattingStyle.PRETTY)",
                    "FormattingStyle.PRETTY.withIndent(\"    \"))"),
            new Mutant(
                    "2.5 JWKS_URI replaces jwks_uri, and nothing else changes in value or order",
                    "publishes upstream's jwks_uri",
                    "PublishedMembers",
                    "reader.skipValue();\n                writer.value(jwksUri);",
                    "JsonCopy.value(reader, writer);"),
            new Mutant(
                    "2.6 neither document of another issuer is published, and the WARN names both issuers",
                    "takes the JWKS of any issuer",
                    "ExpectedIssuer",
                    "if (!expected.equals(issuer)) {",
                    "if (!expected.equals(issuer) && document.kind() == DocumentKind.DISCOVERY) {"),
            new Mutant(
                    "3.1 a fresh document is served without upstream",
                    "asks upstream for each request",
                    "CachePolicy",
                    "ttl > 0 && age <= ttl",
                    "false"),
            new Mutant(
                    "3.2 200 simultaneous first requests cost one fetch per document",
                    "shares no fetch",
                    "CachedDocument",
                    "if (inFlight != null) {\n                return inFlight;",
                    "if (false) {\n                return inFlight;"),
            new Mutant(
                    "3.2 requests that wait hold no container thread",
                    "waits with a thread",
                    "GatewayServlet",
                    "if (future.isDone()) {",
                    "if (true) {"),
            new Mutant(
                    "3.3 a stale document is served when upstream is gone, whatever its age",
                    "forgets a document when a fetch fails",
                    "Fetcher",
                    "end.accept(known, new",
                    "end.accept(null, new"),
            new Mutant(
                    "3.4 after a failure a missing document is 502 at once and upstream is not asked",
                    "does not remember a failure",
                    "Attempt",
                    "now - endedAt < pause",
                    "false"),
            new Mutant(
                    "3.5 from 80 % of the TTL on a request refreshes behind itself",
                    "refreshes nothing behind a request",
                    "CachedDocument",
                    "if (known.isRefreshDue(now) && inFlight",
                    "if (false && inFlight"),
            new Mutant(
                    "3.6 upstream sees one fetch per document and 0.8 TTL at most",
                    "refreshes from 20 % of the TTL on",
                    "CachePolicy",
                    "REFRESH_AFTER = 0.8",
                    "REFRESH_AFTER = 0.2"),
            new Mutant(
                    "3.7 with a TTL of 0 every request fetches",
                    "fetches once a second at most",
                    "CachedDocument",
                    "isPaused(now) || isJustFetched(now)",
                    "last.isRecent(now)"),
            new Mutant(
                    "3.8 the tag stays while upstream's document stays",
                    "has another tag for each fetch",
                    "Renderer",
                    "Sha256.hex(body) + '\"'",
                    "Sha256.hex(body) + System.nanoTime() + '\"'"),
            new Mutant(
                    "3.9 a rotated token is used for the next fetch",
                    "keeps its first token",
                    "LastGoodFile",
                    "if (good == null || !Arrays.equals(bytes, goodBytes)) {",
                    "if (good == null) {"),
            new Mutant(
                    "3.10 restarts during an outage lose no document",
                    "stores no document",
                    "Fetcher",
                    "store.save(document);",
                    ""),
            new Mutant(
                    "3.11 a kid forges no line",
                    "logs the identifiers of keys as they are",
                    "KeyChanges",
                    "LogText.escape(next.next(), MAX_ID)",
                    "next.next()"),
            new Mutant(
                    "3.12 at the start both documents are fetched without a request, once",
                    "fetches nothing at the start",
                    "Gateway",
                    "cache.start();",
                    ""),
            new Mutant(
                    "4.1 /healthz is 503 where upstream cannot be reached, and 200 when it can again",
                    "is always healthy",
                    "GatewayServlet",
                    "(healthy ? PlainText.OK",
                    "(true ? PlainText.OK"),
            new Mutant(
                    "4.2 a flood of probes costs one fetch per document and second",
                    "asks upstream for each probe",
                    "CachePolicy",
                    "PROBE_INTERVAL = Duration.ofSeconds(1).toNanos()",
                    "PROBE_INTERVAL = 0"),
            new Mutant(
                    "4.3 beyond HEALTH_MAX_STALE_SECONDS health is 503",
                    "is healthy with a document of any age",
                    "CachedDocument",
                    "known != null && known.age(now) <= policy.healthMaxStale()",
                    "known != null"),
            new Mutant(
                    "5 all mistakes are reported at once, on standard error",
                    "ends with 1 where its configuration is wrong",
                    "Main",
                    "MISUSED = 2",
                    "MISUSED = 1"),
            new Mutant(
                    "5 LISTEN_ADDR is where it listens",
                    "listens on loopback alone",
                    "GatewayServer",
                    "setHost(config.listenAddress())",
                    "setHost(\"127.0.0.1\")"),
            new Mutant(
                    "6.1 LOG_FORMAT=json has the fields as members, with the method",
                    "has no JSON log",
                    "StdoutAppender",
                    "format == LogFormat.JSON",
                    "false"),
            new Mutant(
                    "6.2 a path with encoded spaces and fields forges nothing",
                    "logs decoded paths",
                    "RequestLine",
                    "path = LogText.escape(path, MAX_TEXT);",
                    "path = java.net.URLDecoder.decode(path, java.nio.charset.StandardCharsets.UTF_8);"),
            new Mutant(
                    "6.3 the token is never logged, not even at DEBUG",
                    "logs the token at DEBUG",
                    "ApiServer",
                    "link.connected().join().send(request, exchange);",
                    "org.slf4j.LoggerFactory.getLogger(ApiServer.class).debug(\"asks with {}\", request.getHeaders());"
                            + " link.connected().join().send(request, exchange);"),
            new Mutant(
                    "6.4 at the stop it is logged that requests in flight were finished",
                    "does not say what became of requests",
                    "GatewayServer",
                    "stopped: all requests in flight were finished",
                    "stopped"),
            new Mutant(
                    "6.5 a blocked standard output delays nobody, and the lines lost are counted",
                    "does not say how many lines are lost",
                    "StdoutAppender",
                    "if (batch.missing > 0) {",
                    "if (false) {"),
            new Mutant(
                    "6.5 standard output carries nothing but log lines, standard error nothing",
                    "writes to standard error",
                    "Main",
                    "server.start();",
                    "server.start(); System.err.println(\"ready\");"),
            new Mutant(
                    "6.6 clients that are refused are one WARN a minute with their number",
                    "does not say whom it refused",
                    "ClientBounds",
                    "refusals.logAtMostOnceAMinute();",
                    ""),
            new Mutant(
                    "7 without a delay it exits at once with 0, idle connections or not",
                    "ends with the status of a signal",
                    "Main",
                    "halt(0)",
                    "halt(143)"),
            new Mutant(
                    "7 a request in flight finishes",
                    "cuts requests in flight at a stop",
                    "GatewayServer",
                    "connector.finish(FINISH)",
                    "connector.finish(Duration.ZERO)"),
            new Mutant(
                    "8.1 every answer carries Strict-Transport-Security",
                    "never demands HTTPS",
                    "FrontHandler",
                    "response.getHeaders().put(STRICT_TRANSPORT);",
                    ""),
            new Mutant(
                    "8.2 a changed pair is in use within 10 s for new connections, and an open one goes on",
                    "looks at its TLS files once a minute",
                    "TlsFiles",
                    "INTERVAL = Duration.ofSeconds(5)",
                    "INTERVAL = Duration.ofSeconds(60)"),
            new Mutant(
                    "10.1 PATH_PREFIX has both documents below it and no longer at the root",
                    "has the JWKS at the root all the same",
                    "GatewayServlet",
                    "this.jwksPath = pathPrefix + ",
                    "this.jwksPath = "),
            new Mutant(
                    "10.2 DISCOVERY_EXTRA_MEMBERS adds members and replaces none, with PRETTY_PRINT_JSON=false",
                    "adds members that upstream sent",
                    "PublishedMembers",
                    "if (names.contains(name)) {",
                    "if (false) {"));

    private Mutants() {}
}
