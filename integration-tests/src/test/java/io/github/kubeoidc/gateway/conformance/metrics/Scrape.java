// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a gateway answers on the port of its metrics. */
public record Scrape(String text) {
    private static final Pattern ADDRESS = Pattern.compile("metrics are at (http://\\S+)/metrics$");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");

    /** Where the log says that the metrics are. */
    public static URI address(StartedGateway gateway) {
        return gateway.log().stream()
                .map(ADDRESS::matcher)
                .filter(Matcher::find)
                .map(found -> URI.create(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no address of metrics in " + gateway.log()));
    }

    /** Asks for them once. */
    public static Scrape of(StartedGateway gateway) {
        RawResponse answer =
                RawHttp.exchange(address(gateway), "GET /metrics HTTP/1.1\r\nHost: gateway\r\nAccept: */*\r\n\r\n");
        if (answer.status() != 200) {
            throw new AssertionError("/metrics answers " + answer.status());
        }
        return new Scrape(answer.text());
    }

    /** The names by which an expression can ask for what is there. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        TYPE.matcher(text).results().forEach(type -> {
            String name = type.group(1);
            switch (type.group(2)) {
                case "histogram" -> names.addAll(Set.of(name + "_bucket", name + "_sum", name + "_count"));
                case "summary" -> names.addAll(Set.of(name, name + "_sum", name + "_count"));
                default -> names.add(name);
            }
        });
        return names;
    }

    /** The value of a series as it is written, {@code null} where it is not there. */
    @Nullable
    String value(String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> line.substring(series.length() + 1))
                .findFirst()
                .orElse(null);
    }
}
