// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Requests that section 1 of the contract has refused, and odd ones: the rows of {@code requests.txt}, which explains them. */
public final class RequestTable {

    private static final Pattern HEADING = Pattern.compile("## ([0-9.]+) (.*)");
    private static final Pattern REQUEST = Pattern.compile("([0-9,]+) (stays )?(.+?) = (.*)");
    private static final Pattern TARGETS = Pattern.compile("([0-9,]+) (/.*)");

    private static final Map<String, List<RequestRow>> GROUPS = read();

    private RequestTable() {}

    /**
     * {@return the rows of one group}
     *
     * @param title its heading, without the section
     */
    public static List<RequestRow> group(String title) {
        return List.copyOf(Objects.requireNonNull(GROUPS.get(title), title));
    }

    /** {@return all rows but the targets, each once} */
    public static List<RequestRow> requests() {
        return all(title -> title.startsWith("requests: "));
    }

    /**
     * {@return what none of the gateway's paths must be taken for: {@code GET} on one target each, which is the row's name}
     */
    public static List<RequestRow> targets() {
        return all(title -> title.startsWith("targets: "));
    }

    /**
     * {@return methods other than {@code GET} and {@code HEAD}: 405 on the gateway's four paths, 404 on others} Some differ from
     * those two in case or at the end only.
     */
    public static List<String> methods() {
        return List.of("POST PUT DELETE PATCH OPTIONS TRACE PROPFIND FOO get Head GETS HEADER".split(" "));
    }

    /**
     * {@return one row}
     *
     * @param name its name
     * @throws java.util.NoSuchElementException if there is none of that name
     */
    public static RequestRow named(String name) {
        return all(title -> true).stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<RequestRow> all(Predicate<String> titles) {
        return GROUPS.entrySet().stream()
                .filter(group -> titles.test(group.getKey()))
                .flatMap(group -> group.getValue().stream())
                .toList();
    }

    private static Map<String, List<RequestRow>> read() {
        Map<String, List<RequestRow>> groups = new LinkedHashMap<>();
        String section = "";
        List<RequestRow> group = new ArrayList<>();
        for (String line : Spelling.lines("requests.txt")) {
            Matcher heading = HEADING.matcher(line);
            Matcher request = REQUEST.matcher(line);
            Matcher targets = TARGETS.matcher(line);
            if (heading.matches()) {
                section = heading.group(1);
                group = new ArrayList<>();
                groups.put(heading.group(2), group);
            } else if (request.matches()) {
                group.add(new RequestRow(
                        section,
                        request.group(3),
                        Spelling.bytes(request.group(4)).replace("|", "\r\n"),
                        request.group(2) == null,
                        statuses(request.group(1))));
            } else if (targets.matches()) {
                for (String target : Spelling.bytes(targets.group(2)).split(" ")) {
                    int[] statuses = statuses(targets.group(1));
                    String text = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
                    group.add(new RequestRow(section, target, text, statuses[0] != 404, statuses));
                }
            } else if (!line.isEmpty()) {
                throw new IllegalArgumentException(line);
            }
        }
        return groups;
    }

    private static int[] statuses(String listed) {
        return Stream.of(listed.split(",")).mapToInt(Integer::parseInt).toArray();
    }
}
