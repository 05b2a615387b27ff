// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of section 6: what the log says, does not say, and does to requests. */
final class LogMutants {

    private static final String FAILED = "LOG.warn(\n                \"path={} fetch failed: {}; {}\",";

    private LogMutants() {}

    static List<Mutant> all() {
        return Stream.of(requests(), traces(), paths(), fetches(), life(), overload())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> requests() {
        return List.of(
                mutant("logs the status first", "6\\.1 (a miss|a stale|refused)")
                        .entitled("6")
                        .edit("RequestLine", "line.append(\"path=\").append(path);", "")
                        .edit(
                                "RequestLine",
                                "line.append(\" cache_hit=\")",
                                "line.append(\" path=\").append(path); line.append(\" cache_hit=\")"),
                mutant("logs no timestamp", "6\\.1 a miss|6\\.5 standard")
                        .entitled("6")
                        .edit("TextLayout", "timestamp.append(line.epochMillis(), lines);", ""),
                mutant("logs whole milliseconds", "6\\.1 a miss|6\\.2 a path with")
                        .entitled("6")
                        .edit(
                                "RequestLine",
                                "line.append(micros / MICROS_PER_MILLI).append('.');",
                                "line.append(micros / MICROS_PER_MILLI); if (true) return line;"),
                mutant("takes every answer for one from memory", "6\\.1 (a miss|refused)")
                        .entitled("6\\.2")
                        .edit("RequestLine", "append(cacheHit)", "append(true)"),
                mutant("takes a stale answer for none from memory", "6\\.1 a stale")
                        .edit("CacheStatus", "this == HIT || this == STALE", "this == HIT"),
                mutant("logs no line for what it refuses", "6\\.1 refused")
                        .entitled("6")
                        .edit(
                                "RequestLog",
                                "if (RequestLine.isLogged()) {",
                                "if (RequestLine.isLogged() && response.getStatus() < 400) {"),
                mutant("logs two lines a request", "6\\.1 a miss|6\\.2 a path with|6\\.5 at a normal")
                        .edit(
                                "RequestLog",
                                "if (RequestLine.isLogged()) {",
                                "if (RequestLine.isLogged()) { new RequestLine(method, path, status, cache.fromMemory(), nanos, traceparent).log();"),
                mutant("logs what the parser refuses", "6\\.1 what the parser")
                        .entitled("6")
                        .edit(
                                "PlainTextErrors",
                                "response.getHeaders().put(HttpHeader.CACHE_CONTROL",
                                "io.github.kubeoidc.gateway.webapp.Log.lifecycle(\"path={} status={}\", java.net.URLDecoder.decode(request.getHttpURI().getPath(), java.nio.charset.StandardCharsets.UTF_8), response.getStatus()); response.getHeaders().put(HttpHeader.CACHE_CONTROL"),
                mutant("writes a banner", "6\\.5 standard output")
                        .entitled("6\\.3 .*(fetch|500)")
                        .edit(
                                "TextLayout",
                                "lines.append(line.level()).append(' ')",
                                "lines.append(line.level()).append(' ').append(line.level().levelInt < 30000 ? \"\\n*** \" : \"\")"),
                mutant("writes to standard error", "6\\.5 standard output")
                        .edit("Main", "server.start();", "server.start(); System.err.println(\"ready\");"),
                mutant("has no JSON", "6\\.1 LOG_FORMAT|6\\.2 in JSON")
                        .edit("StdoutAppender", "format == LogFormat.JSON", "false"),
                mutant("has no method in JSON", "6\\.1 LOG_FORMAT")
                        .edit("JsonLayout", "json.name(\"method\").value(request.method());", ""));
    }

    private static List<Mutant> traces() {
        return List.of(
                mutant("logs traces of any form", "6\\.2 a traceparent")
                        .edit(
                                "RequestLine",
                                "null : TraceParent.valid(traceparent);",
                                "null : traceparent + \"x\".repeat(55);")
                        .edit(
                                "TraceParent",
                                "return valid.substring(FLAGS, LENGTH);",
                                "return valid.substring(FLAGS);"),
                mutant("tells upstream the trace", "1\\.3 nothing of a request")
                        .edit(
                                "RequestLog",
                                "this.traceparent = traceparent(request);",
                                "this.traceparent = traceparent(request); if (traceparent != null) System.setProperty(\"leaked.trace\", traceparent);")
                        .edit(
                                "ApiServer",
                                "link.connected().join().send(request, exchange);",
                                "request.headers(fields -> fields.put(\"traceparent\", System.getProperty(\"leaked.trace\", \"none\"))); link.connected().join().send(request, exchange);"));
    }

    private static List<Mutant> paths() {
        return List.of(
                mutant("logs paths of any length", "6\\.2 (in JSON )?a path has 256|6\\.2 in JSON")
                        .edit("RequestLine", "MAX_TEXT = 256", "MAX_TEXT = 4096"),
                mutant("logs decoded paths", "6\\.2 a path with")
                        .edit(
                                "RequestLog",
                                "this.path = request.getRequestURI();",
                                "this.path = java.net.URLDecoder.decode(request.getRequestURI(), java.nio.charset.StandardCharsets.UTF_8);")
                        .edit("LogText", "return c > ' ' && c < 0x7f && c != '\"' && c != '\\\\';", "return true;"),
                mutant(
                                "logs what the parser refuses as it is",
                                "6\\.2 a path with (bytes|quotes|encoded escape)|6\\.2 what the parser")
                        .entitled("6")
                        .edit(
                                "PlainTextErrors",
                                "response.getHeaders().put(HttpHeader.CACHE_CONTROL",
                                "io.github.kubeoidc.gateway.webapp.Log.lifecycle(\"path={} status={}\", java.net.URLDecoder.decode(request.getHttpURI().getPath(), java.nio.charset.StandardCharsets.UTF_8), response.getStatus()); response.getHeaders().put(HttpHeader.CACHE_CONTROL"));
    }

    private static List<Mutant> fetches() {
        return List.of(
                mutant("does not say why a fetch failed", "6\\.3 a failed")
                        .edit("DocumentLog", "? failure.getMessage()", "? \"no document\""),
                mutant(
                                "does not say that a stale document is served",
                                "6\\.3 a failed fetch with a stale document says so, and: (500|kty)")
                        .entitled("6")
                        .edit("DocumentLog", "s ago is served\"", "s ago remains\""),
                mutant("warns twice of a failed fetch", "6\\.3 a failed fetch is one WARN line with: (500|kty)")
                        .entitled("[236]")
                        .edit(
                                "DocumentLog",
                                FAILED,
                                "LOG.warn(\"path={} fetch failed\", kind.path());\n        " + FAILED),
                mutant(
                                "logs the trace of a failed fetch",
                                "6\\.3 a failed fetch is one WARN line with: (500|connection)")
                        .entitled("6")
                        .edit(
                                "DocumentLog",
                                "LOG.debug(\"path={} fetch failed\", kind.path(), failure);",
                                "LOG.warn(\"fetch failed\", failure);")
                        .edit("LogLine", "thrown == null || !stackTraces ? null", "thrown == null ? null"),
                mutant("logs a failed fetch as an error", "6\\.3 a failed fetch is one WARN line with: 500")
                        .entitled("[236]")
                        .edit("DocumentLog", FAILED, FAILED.replace("warn", "error")),
                mutant("says nothing of a recovery", "6\\.3 recovery")
                        .edit("DocumentLog", "LOG.info(\"path={} fetched again", "LOG.debug(\"path={} fetched again"),
                mutant("says of each fetch that it works again", "6\\.3 recovery")
                        .edit("DocumentLog", "if (failures > 0) {", "if (old != null) {"),
                mutant("logs the token", "6\\.3 the token")
                        .entitled("6")
                        .edit(
                                "ApiServer",
                                "link.connected().join().send(request, exchange);",
                                "org.slf4j.LoggerFactory.getLogger(ApiServer.class).debug(\"asks with {}\", request.getHeaders());"
                                        + " link.connected().join().send(request, exchange);"),
                mutant("logs what a token file contains", "6\\.3 the token")
                        .edit(
                                "TokenFile",
                                "\"is not a bearer token\"",
                                "\"is not a bearer token: \" + token.lines().findFirst().orElse(\"\")"));
    }

    private static List<Mutant> life() {
        return List.of(
                mutant("does not say its version", "6\\.4 at the start")
                        .edit("Gateway", "starts with {}\", Version.current()", "starts with {}\", \"unknown\""),
                mutant("does not say what has become of requests", "6\\.4 at the stop")
                        .edit("GatewayServer", "stopped: all requests in flight were finished", "stopped"));
    }

    private static List<Mutant> overload() {
        return List.of(
                mutant("waits until a line is written", "6\\.5 a blocked")
                        .edit(
                                "StdoutAppender",
                                "if (stopping || queuedBytes",
                                "while (!stopping && queuedBytes + bytes > maxQueuedBytes) try { lock.wait(10); } catch (InterruptedException e) { Thread.currentThread().interrupt(); return; }\n            if (stopping || queuedBytes"),
                mutant("does not say how many lines are lost", "6\\.5 a blocked")
                        .edit("StdoutAppender", "if (batch.missing > 0) {", "if (false) {"),
                mutant("cannot stop before its log is written", "6\\.5 a blocked standard output does not")
                        .edit("StdoutAppender", "last.join(STOP_MILLIS);", "last.join();"),
                mutant("fails where its log cannot be written", "6\\.5 a (closed|blocked)")
                        .edit(
                                "StdoutAppender",
                                "int bytes = line.bytes();",
                                "StringBuilder text = new StringBuilder(); layout.append(line, text); synchronized (lock) { try { out.write(text.toString().getBytes(StandardCharsets.UTF_8)); } catch (IOException e) { throw new Error(e); } }\n        if (true) return;\n        int bytes = line.bytes();"),
                mutant("loses what is queued at a stop", "6\\.5 at a normal stop")
                        .edit(
                                "StdoutAppender",
                                "Batch batch = new Batch(queue, dropped, stopping);",
                                "if (stopping) queue.clear(); Batch batch = new Batch(queue, dropped, stopping);")
                        .edit("StdoutAppender", "TimeUnit.MILLISECONDS.toNanos(4)", "TimeUnit.SECONDS.toNanos(1)"));
    }
}
