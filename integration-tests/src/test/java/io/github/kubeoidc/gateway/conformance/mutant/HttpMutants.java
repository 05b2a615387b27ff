// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of sections 1, 1.1 and 1.2: what a relying party gets when it asks as it should. */
final class HttpMutants {

    private static final String SENT = "response.setHeader(\"X-Content-Type-Options\", \"nosniff\");";
    private static final String FIELDS = "1\\.1 .* exactly the promised fields|1 a 304 for";

    private HttpMutants() {}

    static List<Mutant> all() {
        return Stream.of(answers(), fields(), negotiation(), conditions(), otherAnswers())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> answers() {
        return List.of(
                mutant("is 202 where it had to fetch", "1 GET answers 200 with")
                        .entitled("[1-7](\\..)? ")
                        .edit(
                                "DocumentResponse",
                                SENT,
                                SENT + " if (answer.status() == io.github.kubeoidc.gateway.api.CacheStatus.MISS)"
                                        + " response.setStatus(202);"),
                mutant("HEAD has no Content-Length", "1 HEAD (on|/)")
                        .entitled("7 ")
                        .edit("Body", "response.setContentLength(content.length);", ""),
                mutant("HEAD is sent with a body", "1 HEAD on")
                        .entitled("1 a 304|1\\.6 HEAD")
                        .edit(
                                "ClientEndPoint",
                                "super.write(callback, buffers);",
                                "super.write(callback, !head ? buffers : java.util.stream.Stream.concat("
                                        + "java.util.stream.Stream.of(buffers), java.util.stream.Stream.of("
                                        + "ByteBuffer.wrap(new byte[] {'{', '}'}))).toArray(ByteBuffer[]::new));")
                        .edit(
                                "ClientEndPoint",
                                "private boolean filled;",
                                "private boolean filled; private boolean head;")
                        .edit(
                                "ClientEndPoint",
                                "filled = true;",
                                "filled = true; head = buffer.get(buffer.limit() - bytes) == 'H';"),
                mutant("both documents have the same tag", "1 the two documents|1\\.1 .* ETag")
                        .edit("Renderer", "'\"' + Sha256.hex(body) + '\"'", "\"\\\"0\\\"\""),
                mutant("sends chunks", "1 HEAD on|1\\.1 .*(fields|sent whole)")
                        .entitled("[1-7]\\.|1 HEAD /")
                        .edit(
                                "Body",
                                "response.getOutputStream().write(content);",
                                "response.flushBuffer(); response.getOutputStream().write(content);"));
    }

    private static List<Mutant> fields() {
        return List.of(
                mutant("sends Server", "1 |1\\.[1-68] |1\\.7 a (head|query|target)")
                        .entitled("4")
                        .edit("HttpSettings", "setSendServerVersion(false)", "setSendServerVersion(true)"),
                mutant("sends Vary", FIELDS + "|1\\.2 .* is ignored for")
                        .edit("DocumentResponse", SENT, SENT + " response.setHeader(\"Vary\", \"Accept-Encoding\");"),
                mutant("sets a cookie", FIELDS)
                        .edit(
                                "DocumentResponse",
                                SENT,
                                SENT + " response.setHeader(\"Set-Cookie\", \"JSESSIONID=1\");"),
                mutant("lets browsers guess the type", FIELDS).edit("DocumentResponse", SENT, ""),
                mutant("lets some origins read only", FIELDS)
                        .edit(
                                "DocumentResponse",
                                "\"Access-Control-Allow-Origin\", \"*\"",
                                "\"Access-Control-Allow-Origin\", \"null\""),
                mutant("expires too late", "1\\.1 .* Expires")
                        .edit("FreshnessHeaders", "second + maxAgeSeconds)", "second + maxAgeSeconds + 60)"),
                mutant("has local time called GMT", "1\\.1 .* Date is now")
                        .edit("HttpDates", "ZoneOffset.UTC", "ZoneOffset.ofHours(2)"),
                mutant("lets only browsers cache", "1\\.1 .* Expires|5 CLIENT_CACHE")
                        .entitled("3\\.3")
                        .edit("FreshnessHeaders", "\"public, max-age=\"", "\"private, max-age=\""),
                mutant("has a weak tag", "1 If-None-Match|1\\.1 .* ETag")
                        .entitled("3\\.8")
                        .edit("Renderer", "'\"' + Sha256.hex(body)", "\"W/\\\"\" + Sha256.hex(body)"),
                mutant("has the tag of upstream's bytes", "1\\.1 .* ETag")
                        .edit("Renderer", "Sha256.hex(body)", "Sha256.hex(document.json())"),
                mutant("has another tag each time", "1 .*(If-None|304|HEAD)|3\\.8")
                        .entitled("1\\.[1-3]|3\\.3")
                        .edit(
                                "DocumentResponse",
                                "response.setHeader(\"ETag\", document.etag())",
                                "response.setHeader(\"ETag\", \"\\\"\" + System.nanoTime() + \"\\\"\")"),
                mutant("names the charset", "1\\.2 .* exactly application/json")
                        .edit("DocumentResponse", "\"application/json\"", "\"application/json;charset=utf-8\""),
                mutant("is of type application/jwk-set+json", "1\\.2 .* exactly application/json")
                        .edit("DocumentResponse", "\"application/json\"", "\"application/jwk-set+json\""));
    }

    private static List<Mutant> negotiation() {
        return List.of(
                mutant(
                                "is 406 where Accept names another type",
                                "1\\.2 .*Accept.* is ignored|1\\.3 nothing of a request")
                        .edit(
                                "DocumentResponse",
                                SENT,
                                SENT + " String accept = request.getHeader(\"Accept\");"
                                        + " if (accept != null && !accept.equals(\"application/json\")) {"
                                        + " response.setStatus(406); return; }"),
                mutant("compresses", "1\\.2 Accept-Encoding")
                        .edit(
                                "DocumentResponse",
                                "Body.send(document.body(), request, response);",
                                "if (request.getHeader(\"Accept-Encoding\") == null) {"
                                        + " Body.send(document.body(), request, response); return; }"
                                        + " response.setHeader(\"Content-Encoding\", \"gzip\");"
                                        + " java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();"
                                        + " try (var gzip = new java.util.zip.GZIPOutputStream(bytes)) {"
                                        + " gzip.write(document.body()); }"
                                        + " Body.send(bytes.toByteArray(), request, response);"),
                mutant("sends ranges", "1\\.2 Range")
                        .edit(
                                "DocumentResponse",
                                "Body.send(document.body(), request, response);",
                                "if (request.getHeader(\"Range\") == null) {"
                                        + " Body.send(document.body(), request, response); return; }"
                                        + " response.setStatus(206);"
                                        + " Body.send(java.util.Arrays.copyOf(document.body(), 4), request, response);"),
                mutant("obeys If-Match", "1\\.2 If-Match")
                        .edit(
                                "DocumentResponse",
                                SENT,
                                SENT
                                        + " if (request.getHeader(\"If-Match\") != null) { response.setStatus(412); return; }"),
                mutant("obeys If-Modified-Since", "1\\.2 .*If-Modified-Since")
                        .edit(
                                "DocumentResponse",
                                "if (EntityTags",
                                "if (request.getHeader(\"If-Modified-Since\") != null || EntityTags"));
    }

    private static List<Mutant> conditions() {
        String comparison = "etag.length() == end + 1 - start && list.startsWith(etag, start)";
        return List.of(
                mutant("ignores If-None-Match", "1 (If-None-Match .* gives 304|a 304)")
                        .entitled("3\\.8|6\\.1|7")
                        .edit("DocumentResponse", "if (EntityTags", "if (false && EntityTags"),
                mutant("compares tags strongly", "1 If-None-Match with a (weak tag|list) ")
                        .edit("EntityTags", "list.startsWith(\"W/\", i) ? i + 2 : i", "i"),
                mutant("reads one tag only", "1 If-None-Match with a (list|comma)")
                        .edit("EntityTags", "i = next;", "return false;"),
                mutant("reads one field line only", "1 If-None-Match with several")
                        .edit(
                                "EntityTags",
                                "while (fieldLines.hasMoreElements())",
                                "if (fieldLines.hasMoreElements())"),
                mutant("does not know the asterisk", "1 If-None-Match with the asterisk|1 a 304")
                        .entitled("6\\.1|7")
                        .edit("EntityTags", "line.equals(\"*\") || ", ""),
                mutant("takes a comma for the end of a tag", "1 If-None-Match with a comma")
                        .edit(
                                "EntityTags",
                                "if (end < 0) {",
                                "if (end < 0 || list.substring(start, end).contains(\",\")) {"),
                mutant("refuses empty list elements", "1 If-None-Match with (empty|a list)")
                        .edit(
                                "EntityTags",
                                "i = skip(list, i, \", \\t\");",
                                "i = skip(list, i > 0 && i < list.length() && list.charAt(i) == ',' ? i + 1 : i, \" \\t\");"),
                mutant("compares the beginnings of tags", "1 If-None-Match with a part")
                        .edit("EntityTags", comparison, "etag.startsWith(list.substring(start, end))"),
                mutant("finds a tag wherever it is", "1 If-None-Match with the tag|1 If-None-Match with a part")
                        .edit(
                                "EntityTags",
                                "line.equals(\"*\") || listMatches(line, etag)",
                                "line.equals(\"*\") || line.contains(etag.replace(\"\\\"\", \"\"))"),
                mutant("takes any tag for its own", "1 If-None-Match with .* 200|1\\.2 If-None-Match that")
                        .edit("EntityTags", comparison, "true"),
                mutant("takes no tag for any", "1 If-None-Match with nothing")
                        .edit("EntityTags", "line.equals(\"*\")", "line.equals(\"*\") || line.isEmpty()"),
                mutant("takes an asterisk in quotes too", "1 If-None-Match with a quoted asterisk")
                        .edit("EntityTags", "line.equals(\"*\")", "line.replace(\"\\\"\", \"\").equals(\"*\")"),
                mutant("304 has a Content-Length", "1 a 304")
                        .edit("FrontHandler", ".remove(HttpHeader.CONTENT_LENGTH)", ""),
                mutant("304 has no tag", "1 a 304")
                        .edit(
                                "DocumentResponse",
                                "response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);",
                                "response.setStatus(HttpServletResponse.SC_NOT_MODIFIED); response.setHeader(\"ETag\", null);"),
                mutant("304 has a body", "1 a 304|1 If-None-Match .* 304")
                        .edit(
                                "ClientEndPoint",
                                "super.write(callback, buffers);",
                                "super.write(callback, !notModified(buffers) ? buffers : java.util.stream.Stream.concat("
                                        + "java.util.stream.Stream.of(buffers), java.util.stream.Stream.of("
                                        + "ByteBuffer.wrap(new byte[] {'{', '}'}))).toArray(ByteBuffer[]::new));")
                        .edit(
                                "ClientEndPoint",
                                "private boolean isWriting() {",
                                "private static boolean notModified(ByteBuffer... buffers) {"
                                        + " ByteBuffer head = buffers[0];"
                                        + " return head.remaining() > 12 && head.get(head.position() + 9) == '3'; }\n"
                                        + "    private boolean isWriting() {"));
    }

    private static List<Mutant> otherAnswers() {
        return List.of(
                mutant("any method is GET", "1 \\S+ /\\S+ is 405|1\\.6 POST")
                        .entitled("6\\.[15]")
                        .edit("GatewayServlet", "if (method.equals(\"GET\") || method.equals(\"HEAD\"))", "if (true)"),
                mutant("methods have any case", "1 (get|Head) ")
                        .edit(
                                "GatewayServlet",
                                "method.equals(\"GET\") || method.equals(\"HEAD\")",
                                "method.equalsIgnoreCase(\"GET\") || method.equalsIgnoreCase(\"HEAD\")"),
                mutant("OPTIONS is 204", "1 OPTIONS /")
                        .edit(
                                "GatewayServlet",
                                "response.setHeader(\"Allow\", \"GET, HEAD\");",
                                "response.setHeader(\"Allow\", \"GET, HEAD\");"
                                        + " if (method.equals(\"OPTIONS\")) { response.setStatus(204); return false; }"),
                mutant("405 has no Allow", "1 \\S+ /\\S+ is 405")
                        .edit("GatewayServlet", "response.setHeader(\"Allow\", \"GET, HEAD\");", ""),
                mutant("404 has an Allow", "1 (HEAD|POST|PUT|DELETE|OPTIONS|TRACE|FOO) on any other path")
                        .edit(
                                "GatewayServlet",
                                "PlainText.NOT_FOUND.send",
                                "response.setHeader(\"Allow\", \"GET, HEAD\"); PlainText.NOT_FOUND.send"),
                mutant("health says UP", "1 GET /(healthz|readyz) is 200 OK")
                        .edit("PlainText", "OK(200, \"OK\")", "OK(200, \"UP\")"),
                mutant("health may be cached", "1 GET /(healthz|readyz)|1 .* is 40[45]|1 \\S+ on any other")
                        .entitled("[147]")
                        .edit(
                                "PlainText",
                                "\"Cache-Control\", \"no-store\"",
                                "\"Cache-Control\", \"public, max-age=60\""),
                mutant("errors are HTML", "1 .* is 40[45]|1 GET /")
                        .entitled("[147]")
                        .edit("PlainText", "\"text/plain\"", "\"text/html\""),
                mutant("has a page at the root", "1 GET / is 404|1\\.3 the absolute form without")
                        .edit(
                                "GatewayServlet",
                                "path.equals(HEALTHZ) ||",
                                "path.equals(\"/\") || path.equals(HEALTHZ) ||"),
                mutant("has /livez and /metrics", "1 GET /(livez|metrics)")
                        .edit(
                                "GatewayServlet",
                                "path.equals(HEALTHZ) ||",
                                "path.equals(\"/livez\") || path.equals(\"/metrics\") || path.equals(HEALTHZ) ||"),
                mutant("serves what is below a document too", "1 GET /(openid|\\.well-known)\\S+(/x|json)")
                        .entitled("1\\.[34]")
                        .edit("GatewayServlet", "path.equals(jwksPath)", "path.startsWith(jwksPath)")
                        .edit("GatewayServlet", "path.equals(discoveryPath)", "path.startsWith(discoveryPath)"),
                mutant("is 200 for everything else", "1 .* (is|path is) 404|1\\.3 /\\S* is")
                        .entitled("1|5 LISTEN_ADDR|6\\.1|7")
                        .edit("PlainText", "NOT_FOUND(404", "NOT_FOUND(200"));
    }
}
