// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;

/** Faults of sections 1.3 to 1.6: which targets count, what is answered beside documents, requests with a body. */
final class TargetMutants {

    private static final String PATH = "request.getRequestURI().substring(request.getContextPath().length())";
    private static final String BEGIN = "String path = " + PATH + ";";

    private TargetMutants() {}

    static List<Mutant> all() {
        return java.util.stream.Stream.of(paths(), fields(), plainAnswers(), bodies())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> paths() {
        return List.of(
                mutant("normalizes paths", "1\\.[34] /\\S* is")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                "request.getServletPath() + (request.getPathInfo() == null ? \"\" : request.getPathInfo())"),
                mutant("decodes paths", "1\\.[34] /\\S* is")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                "java.net.URLDecoder.decode(request.getRequestURI(), java.nio.charset.StandardCharsets.UTF_8)"),
                mutant("forgives a slash at the end", "1\\.3 /\\S*/ is 404|1\\.3 another path")
                        .edit("GatewayServlet", PATH, PATH + ".replaceFirst(\"/$\", \"\")"),
                mutant("forgives upper case", "1\\.3 /\\S* is 404")
                        .edit("GatewayServlet", PATH, PATH + ".toLowerCase(java.util.Locale.ROOT)"),
                mutant("cuts parameters off", "1\\.[34] /\\S*;\\S* is")
                        .edit("GatewayServlet", PATH, PATH + ".replaceAll(\";[^/]*\", \"\")"),
                mutant("takes a query for part of the path", "1\\.3 the query|1\\.7 a query")
                        .entitled("1\\.3")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                PATH
                                        + " + (request.getQueryString() == null ? \"\" : \"?\" + request.getQueryString())"),
                mutant("refuses an empty query", "1\\.3 the query \\? ")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                PATH + " + (\"\".equals(request.getQueryString()) ? \"?\" : \"\")"),
                mutant("takes a target in absolute form for a path", "1\\.3 (the|HEAD in) absolute form")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                PATH + " + (request.getRequestURL().indexOf(\"any.example\") > 0 ? \"?\" : \"\")"),
                mutant("wants the target's authority to be Host's", "1\\.3 (the|HEAD in|another path in) absolute form")
                        .edit(
                                "HttpSettings",
                                "HttpCompliance.STRICT.with(\"gateway\", HttpCompliance.Violation.MISMATCHED_AUTHORITY)",
                                "HttpCompliance.STRICT"),
                mutant("passes the query on to upstream", "1\\.3 nothing of a request")
                        .edit(
                                "LogText",
                                "private LogText() {}",
                                "private LogText() {} public static volatile String query = \"\";")
                        .edit(
                                "GatewayServlet",
                                BEGIN,
                                BEGIN + " io.github.kubeoidc.gateway.api.LogText.query ="
                                        + " request.getQueryString() == null ? \"\" : \"?\" + request.getQueryString();")
                        .edit(
                                "UpstreamSource",
                                "kind.path()",
                                "kind.path() + io.github.kubeoidc.gateway.api.LogText.query"));
    }

    private static List<Mutant> fields() {
        return List.of(
                mutant("knows one Host only", "1\\.3 (Host|HTTP/1\\.0|(the|HEAD in|another path in) absolute)")
                        .entitled("1|5 LISTEN_ADDR")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                PATH + " + (\"gateway.example\".equals(request.getServerName()) ? \"\" : \"?\")"),
                mutant("wants a Host in HTTP/1.0", "1\\.3 HTTP/1\\.0")
                        .edit("GatewayServlet", PATH, PATH + " + (request.getHeader(\"Host\") == null ? \"?\" : \"\")"),
                mutant("obeys X-Original-URL and X-Rewrite-URL", "1\\.3 X-")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                "request.getHeader(\"X-Original-URL\") != null ? request.getHeader(\"X-Original-URL\") :"
                                        + " request.getHeader(\"X-Rewrite-URL\") != null ? request.getHeader(\"X-Rewrite-URL\") : "
                                        + PATH),
                mutant("obeys X-Forwarded-Prefix", "1\\.3 X-Forwarded-Prefix")
                        .edit(
                                "GatewayServlet",
                                PATH,
                                "(request.getHeader(\"X-Forwarded-Prefix\") == null ? \"\" : request.getHeader(\"X-Forwarded-Prefix\")) + "
                                        + PATH),
                mutant("obeys X-HTTP-Method-Override", "1\\.3 X-HTTP-Method-Override")
                        .edit(
                                "GatewayServlet",
                                "String method = request.getMethod();",
                                "String method = request.getHeader(\"X-HTTP-Method-Override\") == null ? request.getMethod()"
                                        + " : request.getHeader(\"X-HTTP-Method-Override\");"),
                adds("links to the forwarded host", "X-Forwarded-Host", "Link"),
                adds("is strict where the proxy speaks TLS", "X-Forwarded-Proto", "Strict-Transport-Security"),
                adds("links to the host in Forwarded", "Forwarded", "Link"),
                adds("begins a session", "Cookie", "Set-Cookie"),
                adds("asks for credentials", "Authorization", "WWW-Authenticate"),
                adds("varies by Origin", "Origin", "Vary"));
    }

    private static Mutant adds(String name, String requestField, String responseField) {
        return mutant(name, "1\\.3 " + requestField)
                .edit(
                        "GatewayServlet",
                        BEGIN,
                        BEGIN + " if (request.getHeader(\"" + requestField + "\") != null) response.setHeader(\""
                                + responseField + "\", \"x\");");
    }

    private static List<Mutant> plainAnswers() {
        return List.of(
                mutant("the parser's answers are HTML", "1\\.[348] |1\\.7 a (head|query|target)")
                        .edit("PlainTextErrors", "\"text/plain\"", "\"text/html\"")
                        .edit("PlainTextErrors", "HttpStatus.getMessage(status)", "(\"<h1>\" + status)"),
                mutant("the parser's answers may be cached", "1\\.[348] |1\\.7 a (head|query|target)")
                        .edit("PlainTextErrors", "\"no-store\"", "\"public\""),
                mutant("the parser's answers are 500", "1\\.[348] |1\\.7 a (head|query|target)")
                        .entitled("6|1\\.6 a body behind")
                        .edit(
                                "PlainTextErrors",
                                "response.getHeaders().put(HttpHeader.CACHE_CONTROL",
                                "response.setStatus(500); response.getHeaders().put(HttpHeader.CACHE_CONTROL"),
                mutant("an unknown path is a server error", "1 .* 404")
                        .entitled("1|5 LISTEN_ADDR|6\\.1|7")
                        .edit("PlainText", "NOT_FOUND(404", "NOT_FOUND(500"),
                mutant("a wrong method is a server error", "1 .* 405")
                        .entitled("1|6\\.1")
                        .edit("PlainText", "METHOD_NOT_ALLOWED(405", "METHOD_NOT_ALLOWED(500"),
                mutant("refuses expectations", "1\\.4 an expectation")
                        .edit(
                                "GatewayServlet",
                                BEGIN,
                                BEGIN
                                        + " if (request.getHeader(\"Expect\") != null) { response.setStatus(417); return; }"),
                mutant("an Upgrade is a server error", "1\\.4 an Upgrade")
                        .edit(
                                "GatewayServlet",
                                BEGIN,
                                BEGIN
                                        + " if (request.getHeader(\"Upgrade\") != null) { response.setStatus(501); return; }"),
                mutant("what it cannot make sense of is a server error", "1\\.4 an odd")
                        .edit(
                                "GatewayServlet",
                                BEGIN,
                                BEGIN + " for (String name : java.util.List.of(\"Cookie\", \"Connection\"))"
                                        + " if (request.getHeader(name) != null && request.getHeader(name).matches(\"[=,].*\"))"
                                        + " { response.setStatus(500); return; }"),
                mutant("a missing document is 503", "1\\.5 |2\\.1 a server")
                        .entitled("[1-4]")
                        .edit("PlainText", "BAD_GATEWAY(502", "BAD_GATEWAY(503"),
                mutant("a missing document is 404", "1\\.5 |2\\.1 a server")
                        .entitled("[1-4]")
                        .edit("PlainText", "BAD_GATEWAY(502", "BAD_GATEWAY(404"),
                mutant("passes on what upstream says", "1\\.4 no word")
                        .edit(
                                "LogText",
                                "private LogText() {}",
                                "private LogText() {} public static volatile String words = \"\";")
                        .edit("Exchange", "if (response.getStatus() != OK) {", "if (false) {")
                        .edit(
                                "Exchange",
                                "answer.complete(new Answer(",
                                "if (result.getResponse().getStatus() != OK) {"
                                        + " io.github.kubeoidc.gateway.api.LogText.words = new String(body.bytes());"
                                        + " answer.completeExceptionally(errors.explainStatus(result.getResponse().getStatus())); }"
                                        + " answer.complete(new Answer(")
                        .edit(
                                "DocumentResponse",
                                "PlainText.BAD_GATEWAY.send(request, response);",
                                "PlainText.BAD_GATEWAY.send(request, response); if (!request.getMethod().equals(\"HEAD\"))"
                                        + " response.getOutputStream().print(io.github.kubeoidc.gateway.api.LogText.words);"));
    }

    private static List<Mutant> bodies() {
        return List.of(
                mutant("keeps a connection open after a body", "1\\.6 ")
                        .edit(
                                "GatewayServlet",
                                "if (shutdown.hasBegun() || hasBody(request))",
                                "if (shutdown.hasBegun())"),
                mutant("reads bodies", "1\\.6 |1\\.8 ")
                        // It keeps a thread that others need.
                        .entitled("[1-7]")
                        .edit("GatewayServlet", BEGIN, BEGIN + " request.getInputStream().readAllBytes();"),
                mutant("takes a body for a request", "1\\.[68] ")
                        .edit(
                                "ClientEndPoint",
                                "filled = true;",
                                "filled = true; " + ConnectionMutants.misread("Content-Length"))
                        .edit("ClientEndPoint", "private boolean isWriting() {", ConnectionMutants.MISREAD),
                mutant("leaves a connection open after a refused target", "1\\.6 a body behind a target")
                        .edit("PlainTextErrors", "response.getHeaders().put(HttpFields.CONNECTION_CLOSE);", ""),
                mutant("closes after an empty body", "1\\.6 an empty body")
                        .edit(
                                "GatewayServlet",
                                "request.getContentLengthLong() > 0",
                                "request.getContentLengthLong() >= 0"));
    }
}
