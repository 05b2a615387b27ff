// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of sections 1.7 and 1.8, and of connections that stay open. */
final class ConnectionMutants {

    /** A method, in front of the one that stands there, that changes the first letter of a field's name. */
    static final String MISREAD = "private static void misread(ByteBuffer buffer, int bytes, String field) {"
            + " byte[] read = new byte[bytes]; buffer.duplicate().position(buffer.limit() - bytes).get(read);"
            + " int at = new String(read, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(field);"
            + " if (at >= 0) buffer.put(buffer.limit() - bytes + at, (byte) 'X'); }\n"
            + "    private boolean isWriting() {";

    private static final String COMPLIANCE =
            "HttpCompliance.STRICT.with(\"gateway\", HttpCompliance.Violation.MISMATCHED_AUTHORITY";

    private ConnectionMutants() {}

    /** A call of {@link #MISREAD}. */
    static String misread(String field) {
        return "misread(buffer, bytes, \"" + field + "\");";
    }

    static List<Mutant> all() {
        return Stream.of(persistence(), headSize(), slowClients(), manyClients(), crookedRequests())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> persistence() {
        return List.of(
                mutant("closes after each answer", "1 one")
                        .entitled("1|6\\.5|7")
                        .edit("GatewayServlet", "shutdown.hasBegun() || hasBody(request)", "true"),
                mutant("does not see Connection: close", "1 Connection: close")
                        .edit("ClientEndPoint", "filled = true;", "filled = true; " + misread("Connection: close"))
                        .edit("ClientEndPoint", "private boolean isWriting() {", MISREAD),
                mutant("leaves CONNECT open", "1 Connection: close is honoured with CONNECT")
                        .edit("FrontHandler", "HttpMethod.CONNECT.is(request.getMethod())", "false"),
                mutant("forgets whoever closes a half", "1 who closes its half")
                        .entitled("1")
                        .edit(
                                "ClientEndPoint",
                                "filled = true;",
                                "filled = true;"
                                        + " if (super.fill(org.eclipse.jetty.util.BufferUtil.allocate(1)) < 0) close();"));
    }

    private static List<Mutant> headSize() {
        return List.of(
                mutant("takes heads of 4 KiB only", "1\\.7 a (head|query) a little")
                        .entitled("1\\.[47]|6\\.2")
                        .edit("HttpSettings", "8 * 1024", "4 * 1024"),
                mutant("takes heads of 16 KiB", "1\\.7 a target that fits|1\\.4 .* 8 KiB")
                        .edit("HttpSettings", "8 * 1024", "16 * 1024"),
                mutant("takes heads of any size", "1\\.7 a (target that fits|head without)|1\\.4 .* 8 KiB")
                        .edit("HttpSettings", "8 * 1024", "1 << 26"));
    }

    private static List<Mutant> slowClients() {
        return List.of(
                mutant("has no bound for a request", "1\\.7 one byte")
                        .edit(
                                "ClientEndPoint",
                                "MESSAGE_BOUND = Duration.ofSeconds(10)",
                                "MESSAGE_BOUND = Duration.ofSeconds(1000)"),
                mutant("closes slow requests after 4 s", "1\\.7 .* after 10 s")
                        .edit(
                                "ClientEndPoint",
                                "MESSAGE_BOUND = Duration.ofSeconds(10)",
                                "MESSAGE_BOUND = Duration.ofSeconds(4)"),
                mutant("takes an idle connection for a slow one", "1\\.7 an idle connection is not")
                        .edit("ClientEndPoint", "(isWriting() || isReceiving() || ending)", "age() > 0"),
                mutant("has a thread for each connection", "1\\.7 (300|40) clients|3\\.2 requests that wait")
                        .edit(
                                "ClientEndPoint",
                                "super(channel, selector, key, scheduler);",
                                "super(channel, selector, key, scheduler); Thread own = new Thread(() -> { try {"
                                        + " java.util.concurrent.TimeUnit.SECONDS.sleep(15); }"
                                        + " catch (InterruptedException e) { return; } }); own.setDaemon(true); own.start();"),
                // Whoever comes afterwards finds all its threads taken.
                mutant("waits for clients that do not read", "1\\.7 40 clients")
                        .entitled("[1-7]")
                        .edit(
                                "Body",
                                "response.setBufferSize(content.length + 1);",
                                "response.setContentLength(content.length);"));
    }

    private static List<Mutant> manyClients() {
        return List.of(
                mutant("never ends an idle connection", "1\\.7 an idle connection ends")
                        .edit("ClientConnector", "client.age() > idleTimeout.toNanos()", "false"),
                // Both ends of all connections are in one process here, which may have only so many files open.
                mutant("closes the least idle connection at the cap", "1\\.7 at a cap")
                        .edit("GatewayServer", "MAX_CONNECTIONS = 10_000", "MAX_CONNECTIONS = 5_000")
                        .edit(
                                "ConnectionCap",
                                ".thenComparingLong(ClientEndPoint::age)",
                                ".thenComparingLong(client -> -client.age())"));
    }

    private static List<Mutant> crookedRequests() {
        return List.of(
                allows("bare line feeds", "LF_HEADER_TERMINATION", "1\\.8 .*bare LF"),
                allows("folded fields", "MULTILINE_FIELD_VALUE", "1\\.8 (a folded|white space)"),
                allows(
                        "a length beside a coding",
                        "TRANSFER_ENCODING_WITH_CONTENT_LENGTH",
                        "1\\.8 (Content-Length|Transfer-Encoding|a length of 0)"),
                mutant("does not see Transfer-Encoding", "1\\.8 the coding|1\\.8 a length of 0")
                        .entitled("1\\.[4-8]")
                        .edit("ClientEndPoint", "filled = true;", "filled = true; " + misread("Transfer-Encoding"))
                        .edit("ClientEndPoint", "private boolean isWriting() {", MISREAD),
                allows("two Host fields", "DUPLICATE_HOST_HEADERS", "1\\.8 (two .* Host|white space)"),
                allows("white space before a colon", "WHITESPACE_AFTER_FIELD_NAME", "1\\.4 (white space|a field name)"),
                allows("a line without a colon", "NO_COLON_AFTER_FIELD_NAME", "1\\.4 (a field line)"),
                allows("HTTP/0.9", "HTTP_0_9", "1\\.4 (a request line|HTTP/0)"));
    }

    private static Mutant allows(String what, String violation, String meant) {
        return mutant("allows " + what, meant)
                .edit("HttpSettings", COMPLIANCE, COMPLIANCE + ", HttpCompliance.Violation." + violation);
    }
}
