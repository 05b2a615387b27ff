// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tomcat as it is distributed, but for a free port on loopback, no wait between two looks at its folders, and no limit to
 * the requests on a connection. */
final class Tomcat extends ContainerKind {
    Tomcat(String name) {
        // A stack trace's lines are indented.
        super(name, "Starting ProtocolHandler \\[\"http-nio-.*-(\\d+)\"]", "\\d\\d-\\w{3}-\\d{4} .*|\\s.*");
    }

    @Override
    void prepare(Path base, ProcessBuilder process, Map<String, String> variables) throws IOException {
        for (String folder : List.of("bin", "conf/Catalina/localhost", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(base.resolve(folder));
        }
        Path conf = home().resolve("conf");
        try (Stream<Path> files = Files.list(conf)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, base.resolve("conf").resolve(file.getFileName()));
            }
        }
        Path server = base.resolve("conf/server.xml");
        String configuration = Files.readString(server);
        configuration = replace(configuration, "<Server port=\"8005\"", "<Server port=\"-1\"");
        configuration = replace(
                configuration,
                "<Connector port=\"8080\"",
                "<Connector port=\"0\" address=\"127.0.0.1\" maxKeepAliveRequests=\"-1\"");
        configuration = replace(configuration, "<Engine ", "<Engine backgroundProcessorDelay=\"1\" ");
        Files.writeString(server, configuration);
        Files.writeString(base.resolve("bin/setenv.sh"), fill(War.example("setenv.sh"), variables));
        process.command("sh", home().resolve("bin/catalina.sh").toString(), "run");
        process.environment()
                .putAll(Map.of(
                        "CATALINA_HOME", home().toString(),
                        "CATALINA_BASE", base.toString(),
                        "CATALINA_OPTS", String.join(" ", JVM_OPTIONS)));
    }

    private static String replace(String text, String old, String with) {
        if (!text.contains(old)) {
            throw new IllegalStateException("Tomcat's server.xml has no longer " + old);
        }
        return text.replace(old, with);
    }

    @Override
    Path descriptor(Path base, String contextPath) {
        return base.resolve("conf/Catalina/localhost").resolve(fileName(contextPath) + ".xml");
    }

    /** A context path as Tomcat writes it in file names. */
    private static String fileName(String contextPath) {
        return contextPath.isEmpty() ? "ROOT" : contextPath.substring(1).replace('/', '#');
    }

    @Override
    String describe(String contextPath, Map<String, String> parameters) {
        return fill(War.example("tomcat.xml"), parameters);
    }

    @Override
    boolean isDeployed(Path base, String contextPath, List<String> log) {
        String finished = "Deployment of deployment descriptor [" + descriptor(base, contextPath) + "] has finished";
        return log.stream().anyMatch(line -> line.contains(finished));
    }

    @Override
    boolean hasFailed(String contextPath, List<String> log) {
        return log.stream().anyMatch(line -> line.contains("Context [" + contextPath + "] startup failed"));
    }

    @Override
    boolean isUndeployed(Path base, String contextPath, List<String> log) {
        // The line comes first and the unpacked WAR goes last.
        return log.stream().anyMatch(line -> line.contains("Undeploying context [" + contextPath + "]"))
                && Files.notExists(base.resolve("webapps").resolve(fileName(contextPath)));
    }

    @Override
    List<String> reasons(Path base, List<String> log) throws IOException {
        // Not in the log of the container as a whole, but in that of the virtual host.
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(base.resolve("logs"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("localhost."))
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }
}
