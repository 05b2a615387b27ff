// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the command was called with. */
final class Options {

    static final String USAGE = """
            usage: conformance --url URL | --image NAME | --command COMMAND [OPTION]...

            Checks from outside that a gateway keeps its promises.

            what is checked:
              --url URL          a gateway that runs already: a few hundred requests, one after the other,
                                 which only read. http or https, with a path if the documents are below one
              --image NAME       a container image: all checks; gateways are started with Docker, in front
                                 of a stand-in for an API server and of a real one (K3S_IMAGE, by default a
                                 current rancher/k3s, privileged unless K3S_PRIVILEGED is false)
              --command COMMAND  a command that starts a gateway: all checks, likewise. It is run by the
                                 shell (sh -c 'exec COMMAND') with the configuration as environment
                                 variables, and says "listening on http://..." on standard output

            which checks:
              --only NAME        a section, such as 1.7, or 1 with all its parts, or one check by its name, as
                                 --list prints it, and no others; can be repeated
              --without NAME     leaves out a section or one check by its name, as --list prints it; the
                                 report says so; can be repeated
              --list             prints severity, scope and name of each check, and runs none; takes what
                                 is checked and which checks, all of them by default

            where the report goes, beside the lines for people:
              --json             JSON on standard output; the lines for people go to standard error
              --junit FILE       XML as of JUnit, for CI systems
              --html FILE        one page, without any other file

              --help, --version

            Status: 0 if no promise that binds is broken, 1 if one is or if that could not be found out,
            2 if the command was called in a wrong way. NO_COLOR switches colours off.
            """;

    /** An option by its name. */
    enum Name {
        URL(true),
        IMAGE(true),
        COMMAND(true),
        ONLY(true),
        WITHOUT(true),
        LIST(false),
        JSON(false),
        JUNIT(true),
        HTML(true),
        HELP(false),
        VERSION(false);

        static final Set<Name> SUBJECTS = EnumSet.of(URL, IMAGE, COMMAND);
        static final Set<Name> REPEATABLE = EnumSet.of(ONLY, WITHOUT);
        static final Set<Name> REPORTS = EnumSet.of(JSON, JUNIT, HTML);

        private final boolean takesValue;

        Name(boolean takesValue) {
            this.takesValue = takesValue;
        }

        @Override
        public String toString() {
            return "--" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Name, List<String>> given = new EnumMap<>(Name.class);

    private Options() {}

    /**
     * Reads arguments.
     *
     * @throws UsageException if they cannot be understood
     */
    static Options parse(List<String> arguments) throws UsageException {
        Options options = new Options();
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            options.add(name(rest.next()), rest);
        }
        if (!options.has(Name.HELP) && !options.has(Name.VERSION)) {
            options.checkTogether();
        }
        return options;
    }

    private static Name name(String argument) throws UsageException {
        return Stream.of(Name.values())
                .filter(name -> name.toString().equals(argument))
                .findFirst()
                .orElseThrow(() -> new UsageException(
                        "there is no option '" + argument + "'; there are " + join(EnumSet.allOf(Name.class), ", ")));
    }

    private void add(Name name, Iterator<String> rest) throws UsageException {
        List<String> values = given.computeIfAbsent(name, key -> new ArrayList<>());
        if (!values.isEmpty() && !Name.REPEATABLE.contains(name)) {
            throw new UsageException(name + " is given twice");
        }
        if (!name.takesValue) {
            values.add("");
            return;
        }
        String value = rest.hasNext() ? rest.next() : "";
        if (value.isBlank() || value.startsWith("--")) {
            throw new UsageException(
                    name + " needs a value, and is followed by " + (value.isBlank() ? "none" : "'" + value + "'"));
        }
        values.add(value);
    }

    private void checkTogether() throws UsageException {
        Set<Name> subjects = EnumSet.copyOf(Name.SUBJECTS);
        subjects.retainAll(given.keySet());
        if (subjects.size() > 1) {
            throw new UsageException(join(subjects, " and ") + " are given; only one thing can be checked");
        }
        if (has(Name.LIST)) {
            Set<Name> reports = EnumSet.copyOf(Name.REPORTS);
            reports.retainAll(given.keySet());
            if (!reports.isEmpty()) {
                throw new UsageException("--list runs no check, so there is no report for " + join(reports, " and "));
            }
        } else if (subjects.isEmpty()) {
            throw new UsageException(
                    "what is to be checked? One of " + join(Name.SUBJECTS, ", ") + " is needed; --help says more");
        }
    }

    private static String join(Set<Name> names, String between) {
        return names.stream().map(Name::toString).collect(Collectors.joining(between));
    }

    boolean has(Name name) {
        return given.containsKey(name);
    }

    /** The value of an option that is given. */
    String value(Name name) {
        return values(name).get(0);
    }

    /** All values of an option, in the order in which they were given; empty where it is not given. */
    List<String> values(Name name) {
        return given.getOrDefault(name, List.of());
    }
}
