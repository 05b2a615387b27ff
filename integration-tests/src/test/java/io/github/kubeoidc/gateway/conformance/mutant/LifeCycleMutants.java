// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;

/** Faults of section 7: the start that fails, and the stop. */
final class LifeCycleMutants {

    private LifeCycleMutants() {}

    static List<Mutant> all() {
        return List.of(
                mutant("is ready while it stops", "7 after SIGTERM /readyz")
                        .entitled("7")
                        .edit("GatewayServlet", "path.equals(READYZ) && shutdown.hasBegun()", "false"),
                mutant("is not alive while it stops", "7 after SIGTERM /readyz")
                        .edit("GatewayServlet", "path.equals(READYZ) && shutdown.hasBegun()", "shutdown.hasBegun()"),
                mutant("keeps connections open while it stops", "7 after SIGTERM every|7 a request in flight")
                        .entitled("7")
                        .edit("GatewayServlet", "shutdown.hasBegun() || hasBody(request)", "hasBody(request)"),
                mutant("does not wait before it stops", "7 connections")
                        .entitled("7")
                        .edit("GatewayServer", "config.shutdownDelay().toNanos()", "0"),
                mutant("waits too long before it stops", "7 without")
                        .entitled("[67]")
                        .edit(
                                "GatewayServer",
                                "config.shutdownDelay().toNanos()",
                                "config.shutdownDelay().plusSeconds(9).toNanos()"),
                mutant("does not hear SIGTERM", "7 without")
                        .entitled("[67]")
                        .edit(
                                "Main",
                                "                                server.stop();",
                                "                                if (true) return;\n                                server.stop();"),
                mutant("ends with 143", "7 (connections|without|a request)|6\\.[45] .*stop")
                        .entitled("7")
                        .edit("Main", "halt(0)", "halt(143)"),
                mutant("cuts requests in flight", "7 a request in flight")
                        .edit("GatewayServer", "connector.finish(FINISH)", "connector.finish(Duration.ZERO)"),
                mutant("waits for requests in flight for ever", "7 a request that does not finish")
                        .edit("GatewayServer", "FINISH = Duration.ofSeconds(10)", "FINISH = Duration.ofSeconds(60)"),
                mutant("takes connections while requests finish", "7 a request in flight")
                        .edit("ClientConnector", "shutdown();\n        long end =", "long end ="),
                mutant("ends with 2 where its port is taken", "7 a port").edit("Main", "FAILED = 1", "FAILED = 2"),
                mutant("prints a stack trace where its port is taken", "7 a port")
                        .edit(
                                "Main",
                                "exit(FAILED, e.getMessage());",
                                "e.printStackTrace(System.err); exit(FAILED, e.getMessage());"),
                mutant("does not name the port that is taken", "7 a port")
                        .edit("GatewayServer", " + \" port \" + config.listenPort();", ";"));
    }
}
