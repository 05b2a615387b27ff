// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What differs from one servlet container to another. */
abstract class ContainerKind {
    /** As every JVM of these tests has little to do, starting it costs the most. */
    static final List<String> JVM_OPTIONS =
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final String EXAMPLE_WAR = "/opt/kube-oidc-gateway.war";
    private static final String EXAMPLE_NAME = "UPSTREAM_HOST";
    private static final String EXAMPLE_VALUE = "https://kubernetes.default.svc";

    private final String name;

    /** Finds the port that was taken, in the container's log. */
    final Pattern port;

    /** Matches each line of the container's own log. */
    final Pattern ownLine;

    ContainerKind(String name, String port, String ownLine) {
        this.name = name;
        this.port = Pattern.compile(port);
        this.ownLine = Pattern.compile(ownLine);
    }

    /** All that the WAR is promised to run in. */
    static List<ContainerKind> all() {
        return List.of(new Tomcat("tomcat-10.1"), new Tomcat("tomcat-11.0"), new Jetty());
    }

    /** Makes the container's own folder ready, and sets the command that runs it there with these variables. */
    abstract void prepare(Path base, ProcessBuilder process, Map<String, String> variables) throws IOException;

    /** Where the file is that has a web application deployed as long as it is there. */
    abstract Path descriptor(Path base, String contextPath);

    /** The example for operators, with a context path and parameters put in. */
    abstract String describe(String contextPath, Map<String, String> parameters);

    /** Whether a deployment, good or bad, has come to its end, by what the container has logged since it began. */
    abstract boolean isDeployed(Path base, String contextPath, List<String> log);

    abstract boolean hasFailed(String contextPath, List<String> log);

    /** Whether nothing is left of a deployment, by what the container has logged since the descriptor went. */
    abstract boolean isUndeployed(Path base, String contextPath, List<String> log);

    /** Where the container logs why a web application failed. */
    abstract List<String> reasons(Path base, List<String> log) throws IOException;

    @Override
    public String toString() {
        return name;
    }

    /** Where the distribution was unpacked. */
    final Path home() {
        Path folder = War.CONTAINERS.resolve(name);
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("nothing was unpacked into " + folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the WAR in place, and as many parameters as there are in place of the one that the example has. */
    static String fill(String example, Map<String, String> parameters) {
        return example.lines()
                .flatMap(line -> line.contains(EXAMPLE_NAME)
                        ? parameters.entrySet().stream()
                                .map(parameter -> line.replace(EXAMPLE_NAME, parameter.getKey())
                                        .replace(EXAMPLE_VALUE, escape(parameter.getValue())))
                        : Stream.of(line.replace(EXAMPLE_WAR, War.FILE.toString())))
                .collect(Collectors.joining("\n"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
