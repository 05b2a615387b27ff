// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The dashboard after some eventful minutes, drawn by a browser.
 *
 * @param picture the screenshot
 * @param panels how many panels the dashboard has, the headings between them included
 * @param empty the panels that show nothing
 * @param document what the browser has made of the page
 */
record DrawnDashboard(Path picture, int panels, List<String> empty, String document) {
    private static final int WIDTH = 1280;
    private static final int BOUND_SECONDS = 120;
    private static final int MOST_POINTS = 120;

    /**
     * Plays the minutes and draws. Blocks for as long as that lasts.
     *
     * @param launcher the executable that starts a gateway
     * @param dashboard the file that Grafana imports
     * @param folder for all files; made where it is missing
     */
    static DrawnDashboard play(Path launcher, Path dashboard, Path folder, int seconds) throws Exception {
        Files.createDirectories(folder);
        int interval = Math.max(1, seconds / MOST_POINTS);
        JsonObject imported = new Gson().fromJson(Files.readString(dashboard), JsonObject.class);
        Path data = Files.createTempDirectory("dashboard");
        try (EventfulMinutes minutes = new EventfulMinutes(launcher, data, seconds);
                Prometheus prometheus = Prometheus.start(data, interval, minutes.metrics())) {
            long from = System.currentTimeMillis() / 1000;
            minutes.play();
            long to = System.currentTimeMillis() / 1000;
            DashboardPage page = new DashboardPage(imported, prometheus, from, to, interval);
            Path html = Files.writeString(folder.resolve("dashboard.html"), page.html());
            Path picture = folder.resolve("dashboard.png");
            Files.deleteIfExists(picture);
            String document = screenshot(html, picture, page.height(), data.resolve("profile"));
            return new DrawnDashboard(picture, page.panels(), page.empty(), document);
        } finally {
            delete(data);
        }
    }

    private static String screenshot(Path html, Path picture, int height, Path profile) throws Exception {
        Path said = picture.resolveSibling("chromium.log");
        Path document = picture.resolveSibling("drawn.html");
        List<String> command = new ArrayList<>(List.of(
                String.valueOf(Programs.find("chromium")),
                "--headless",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--user-data-dir=" + profile,
                "--window-size=" + WIDTH + "," + height,
                "--screenshot=" + picture,
                "--dump-dom"));
        if (System.getProperty("user.name").equals("root")) {
            // Its sandbox does not work for root, and the page is our own.
            command.add("--no-sandbox");
        }
        command.add(html.toUri().toString());
        Process browser = new ProcessBuilder(command)
                .redirectOutput(document.toFile())
                .redirectError(said.toFile())
                .start();
        try {
            if (!browser.waitFor(BOUND_SECONDS, TimeUnit.SECONDS) || !Files.exists(picture)) {
                throw new AssertionError("no picture; the browser said " + Files.readString(said));
            }
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
        return Files.readString(document, StandardCharsets.UTF_8);
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
