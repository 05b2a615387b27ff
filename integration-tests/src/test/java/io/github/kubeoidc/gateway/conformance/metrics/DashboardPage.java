// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page that shows the panels of a dashboard for Grafana as Grafana shows them, with what Prometheus has for them, and with
 * the library that Grafana draws lines with.
 */
final class DashboardPage {
    private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/%s/dist/";
    private static final String UPLOT_PROPERTIES = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    /** Where Grafana makes the height of a panel of it, in pixels, and eight more between two. */
    private static final int ROW = 30;

    private static final int GAP = 8;
    private static final int TITLE = 60;

    private final JsonObject dashboard;
    private final Prometheus prometheus;
    private final long from;
    private final long to;
    private final int interval;
    private final String job;
    private final List<String> empty = new ArrayList<>();
    private final JsonObject drawn = new JsonObject();
    private int height;

    /**
     * Asks Prometheus for everything.
     *
     * @param dashboard what Grafana imports
     * @param from the first second of the epoch that is shown
     * @param to the last one
     * @param interval the seconds between two scrapes, and between two points
     */
    DashboardPage(JsonObject dashboard, Prometheus prometheus, long from, long to, int interval) {
        this.dashboard = dashboard;
        this.prometheus = prometheus;
        this.from = from;
        this.to = to;
        this.interval = interval;
        this.job = String.join("|", prometheus.values("kube_oidc_gateway_build_info", "job"));
        ask();
    }

    /** The panels that show nothing. */
    List<String> empty() {
        return empty;
    }

    /** How many panels there are, the headings between them included. */
    int panels() {
        return drawn.getAsJsonArray("panels").size();
    }

    /** How high the page is, in pixels. */
    int height() {
        return height;
    }

    private void ask() {
        drawn.addProperty("title", dashboard.get("title").getAsString());
        drawn.addProperty("from", from);
        drawn.addProperty("to", to);
        drawn.addProperty("interval", interval);
        JsonArray annotations = new JsonArray();
        for (JsonElement annotation : dashboard.getAsJsonObject("annotations").getAsJsonArray("list")) {
            annotations.addAll(prometheus.query(expression(annotation.getAsJsonObject()), from, to, interval));
        }
        drawn.add("annotations", annotations);
        JsonArray panels = new JsonArray();
        int rows = 0;
        for (JsonElement element : dashboard.getAsJsonArray("panels")) {
            JsonObject panel = element.getAsJsonObject().deepCopy();
            if (panel.has("targets")) {
                panel.add("results", results(panel));
            }
            panels.add(panel);
            JsonObject place = panel.getAsJsonObject("gridPos");
            rows = Math.max(rows, place.get("y").getAsInt() + place.get("h").getAsInt());
        }
        drawn.add("panels", panels);
        height = rows * (ROW + GAP) + TITLE;
    }

    private JsonArray results(JsonObject panel) {
        JsonArray results = new JsonArray();
        for (JsonElement element : panel.getAsJsonArray("targets")) {
            JsonObject target = element.getAsJsonObject();
            String expression = expression(target);
            boolean isInstant = target.has("instant") && target.get("instant").getAsBoolean();
            JsonArray series =
                    isInstant ? prometheus.query(expression, to) : prometheus.query(expression, from, to, interval);
            for (JsonElement one : series) {
                JsonObject named = one.getAsJsonObject();
                named.addProperty(
                        "name", named(target.get("legendFormat").getAsString(), named.getAsJsonObject("metric")));
                results.add(named);
            }
        }
        if (results.isEmpty()) {
            empty.add(panel.get("title").getAsString());
        }
        return results;
    }

    /** As Grafana fills in its variables: for all jobs, and over four scrapes at least. */
    private String expression(JsonObject target) {
        return target.get("expr").getAsString().replace("$job", job).replace("$__rate_interval", 4 * interval + "s");
    }

    private static String named(String legend, JsonObject labels) {
        return LABEL.matcher(legend)
                .replaceAll(label -> Matcher.quoteReplacement(
                        labels.has(label.group(1)) ? labels.get(label.group(1)).getAsString() : ""));
    }

    /** The page, which needs nothing beside it. */
    String html() throws IOException {
        Properties versions = new Properties();
        versions.load(new StringReader(resource(UPLOT_PROPERTIES)));
        String uplot = UPLOT.formatted(versions.getProperty("version"));
        return resource("/dashboard/page.html")
                .replace("/* uPlot.css */", resource(uplot + "uPlot.min.css"))
                .replace("/* uPlot.js */", resource(uplot + "uPlot.iife.min.js"))
                .replace("\"drawn\"", new Gson().toJson(drawn).replace("</", "<\\/"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = DashboardPage.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
