// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.kubeoidc.gateway.conformance.picture.Front.Answer;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Band;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Curve;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Point;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;

/**
 * What an outage showed.
 *
 * @param answers of the gateway
 * @param answersOfNginx of the plain proxy, which was asked the same
 * @param fetches how many fetches the gateway had made by some moments
 * @param attempts when nginx tried to ask the API server
 */
record OutageReport(
        Outage.Times times,
        List<Answer> answers,
        List<Answer> answersOfNginx,
        List<Point> fetches,
        List<Double> attempts)
        implements Report {
    private static final int HEIGHT = 760;
    private static final int DOTS = 280;
    private static final int SHARES = 84;
    private static final double LEAST_MILLIS = 0.3;
    private static final double MOST_MILLIS = 10_000;
    private static final String GATEWAY = "this gateway";
    private static final String NGINX = "nginx, proxy_pass";
    private static final Color MACHINE_GONE = new Color(0xffd8d3);
    private static final Color NOTHING_LISTENS = new Color(0xfff1c2);

    /** Not as promised, or not as an outage has to be. */
    @Override
    public List<String> wrongs() {
        List<String> wrongs = new ArrayList<>();
        answers.stream()
                .filter(answer -> answer.status() != 200)
                .forEach(answer -> wrongs.add("the gateway, which has both documents: " + answer));
        // What was on its way at the end may just have been served.
        answersOfNginx.stream()
                .filter(answer -> answer.second() > times.gone() + 1 && answer.second() < times.back() - 1)
                .filter(answer -> answer.status() == 200)
                .forEach(answer -> wrongs.add("nginx, while the API server is away: " + answer));
        if (documents(answersOfNginx) == 0) {
            wrongs.add("nginx has served nothing, even while the API server was there");
        }
        return wrongs;
    }

    @Override
    public String figures() {
        return summary()
                + System.lineSeparator()
                + figures(GATEWAY, answers, atMost(rate(fetches)))
                + figures(NGINX, answersOfNginx, atMost(rate(counted(attempts))));
    }

    private static String figures(String who, List<Answer> answers, double fetchesAMinute) {
        Map<Integer, Long> statuses = answers.stream().collect(groupingBy(Answer::status, TreeMap::new, counting()));
        return String.format(
                Locale.ROOT,
                "%s: by status %s (0: no answer within %d s); slowest %.0f ms; API server asked %.1f times a minute at most%n",
                who,
                statuses,
                Outage.CLIENT_TIMEOUT.toSeconds(),
                answers.stream().mapToDouble(Answer::millis).max().orElse(0),
                fetchesAMinute);
    }

    private static long documents(List<Answer> answers) {
        return answers.stream().filter(answer -> answer.status() == 200).count();
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "of %,d requests each, %s answered %,d with a document, and %s %,d",
                answers.size(),
                GATEWAY,
                documents(answers),
                "nginx",
                documents(answersOfNginx));
    }

    @Override
    public String svg() throws IOException {
        List<Band> away = List.of(
                new Band(times.gone(), times.refusing(), MACHINE_GONE, "API server away: packets are dropped"),
                new Band(times.refusing(), times.back(), NOTHING_LISTENS, "API server away: connections are refused"));
        return new TimeChart(times.end())
                .behind(away, List.of())
                .millis("ms at this gateway", LEAST_MILLIS, MOST_MILLIS, dots(answers))
                .millis("ms at nginx", LEAST_MILLIS, MOST_MILLIS, dots(answersOfNginx))
                .upTo(
                        110,
                        "% of requests served",
                        List.of(
                                Curve.line(GATEWAY, TimeChart.BLUE, served(answers)),
                                Curve.line(NGINX, TimeChart.ORANGE, served(answersOfNginx))))
                .counts(
                        "fetches per minute",
                        List.of(
                                Curve.line(GATEWAY, TimeChart.BLUE, rate(fetches)),
                                Curve.line(NGINX, TimeChart.ORANGE, rate(counted(attempts)))))
                .svg(
                        HEIGHT,
                        "An API server is away for "
                                + (times.outage() % 60 == 0
                                        ? times.outage() / 60 + " minutes"
                                        : times.outage() + " seconds"),
                        summary(),
                        String.format(
                                Locale.ROOT,
                                "%d requests a second; a dot is the slowest of its kind within %.1f s; fetches: what was asked of the API server, tries included",
                                Outage.REQUESTS_A_SECOND,
                                times.end() / DOTS));
    }

    private List<Curve> dots(List<Answer> all) {
        return List.of(
                dots("200", TimeChart.GREEN, all, status -> status == 200),
                dots("502, 504", TimeChart.PURPLE, all, status -> status != 200 && status != Answer.NONE),
                dots(
                        "no answer within " + Outage.CLIENT_TIMEOUT.toSeconds() + " s",
                        TimeChart.RED,
                        all,
                        status -> status == Answer.NONE));
    }

    /** The slowest of some answers, of each slot of time. */
    private Curve dots(String name, Color colour, List<Answer> all, IntPredicate statuses) {
        List<Answer> some =
                all.stream().filter(answer -> statuses.test(answer.status())).toList();
        return Curve.dots(
                name,
                colour,
                bySlot(
                        some,
                        DOTS,
                        slot -> slot.stream().mapToDouble(Answer::millis).max().orElseThrow()));
    }

    private List<Point> served(List<Answer> all) {
        return bySlot(all, SHARES, slot -> 100.0 * documents(slot) / slot.size());
    }

    private List<Point> bySlot(List<Answer> all, int slots, ToDoubleFunction<List<Answer>> value) {
        double width = times.end() / slots;
        Map<Integer, List<Answer>> bySlot = all.stream()
                .collect(groupingBy(
                        answer -> Math.min(slots, (int) (answer.second() / width)), TreeMap::new, toList()));
        return bySlot.entrySet().stream()
                .map(slot -> new Point((slot.getKey() + 0.5) * width, value.applyAsDouble(slot.getValue())))
                .toList();
    }

    private static List<Point> counted(List<Double> moments) {
        List<Point> counted = new ArrayList<>();
        for (double moment : moments) {
            counted.add(new Point(moment, counted.size() + 1));
        }
        return counted;
    }

    /** How much a count has grown, a minute, over the tenth of an outage before each moment. */
    private List<Point> rate(List<Point> counts) {
        double window = times.outage() / 10.0;
        double step = times.sampleInterval().toMillis() / 1e3;
        List<Point> rates = new ArrayList<>();
        for (double second = window; second < times.end(); second += step) {
            rates.add(new Point(second, (at(counts, second) - at(counts, second - window)) * 60 / window));
        }
        return rates;
    }

    private static double at(List<Point> counts, double second) {
        double last = counts.isEmpty() ? 0 : counts.get(0).value();
        for (Point count : counts) {
            if (count.second() > second) {
                break;
            }
            last = count.value();
        }
        return last;
    }

    private static double atMost(List<Point> points) {
        return points.stream().mapToDouble(Point::value).max().orElse(0);
    }
}
