// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Jetty as it is distributed, with the modules that a web application needs, on a free port of loopback. */
final class Jetty extends ContainerKind {
    Jetty() {
        super(
                "jetty-12.1",
                "Started oejs\\.ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}",
                "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+:.*");
    }

    @Override
    void prepare(Path base, ProcessBuilder process, Map<String, String> variables) throws IOException {
        for (String folder : List.of("webapps", "environments", "resources", "temp")) {
            Files.createDirectories(base.resolve(folder));
        }
        // What stands behind the last module is a property of its environment alone.
        Files.writeString(base.resolve("start.ini"), """
                jetty.http.host=127.0.0.1
                jetty.http.port=0
                jetty.deploy.scanInterval=1
                jetty.httpConfig.sendServerVersion=false
                --module=server
                --module=http
                --module=ee10-deploy
                """);
        List<String> command = new ArrayList<>(JVM_OPTIONS);
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + base.resolve("temp"));
        command.addAll(List.of("-jar", home().resolve("start.jar").toString(), "jetty.base=" + base));
        process.command(command);
        process.environment().putAll(variables);
    }

    @Override
    Path descriptor(Path base, String contextPath) {
        return base.resolve("webapps").resolve("gateway" + contextPath.replace('/', '-') + ".xml");
    }

    @Override
    String describe(String contextPath, Map<String, String> parameters) {
        String path = contextPath.isEmpty() ? "/" : contextPath;
        return fill(War.example("jetty.xml"), parameters).replace(">/<", ">" + path + "<");
    }

    @Override
    boolean isDeployed(Path base, String contextPath, List<String> log) {
        return says(log, ":oeje10s.ServletContextHandler:", "Started", contextPath) || hasFailed(contextPath, log);
    }

    @Override
    boolean hasFailed(String contextPath, List<String> log) {
        return says(log, ":WARN ", "Failed startup of context", contextPath);
    }

    @Override
    boolean isUndeployed(Path base, String contextPath, List<String> log) {
        return says(log, ":oeje10s.ServletContextHandler:", "Stopped", contextPath);
    }

    private static boolean says(List<String> log, String origin, String what, String contextPath) {
        String path = contextPath.isEmpty() ? "/" : contextPath;
        return log.stream()
                .anyMatch(line -> line.contains(origin)
                        && line.contains(": " + what + " oeje10w.WebAppContext@")
                        && line.contains("{kube-oidc-gateway," + path + ","));
    }

    @Override
    List<String> reasons(Path base, List<String> log) {
        // Line ends in a message are logged as bars.
        return log.stream().flatMap(line -> line.replace('|', '\n').lines()).toList();
    }
}
