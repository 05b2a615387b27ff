// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.report.ConsoleText;
import io.github.kubeoidc.gateway.conformance.report.JsonReport;
import io.github.kubeoidc.gateway.conformance.report.Outcome;
import io.github.kubeoidc.gateway.conformance.report.Printable;
import io.github.kubeoidc.gateway.conformance.report.Report;
import io.github.kubeoidc.gateway.conformance.report.Result;
import io.github.kubeoidc.gateway.conformance.report.Runner;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The conformance checks as a command; {@code --help} describes it.
 */
public final class ConformanceMain {

    private static final int END_SECONDS = 15;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean coloured;

    /**
     * Prepares a run of the command.
     *
     * @param terminal whether standard output is one
     * @param coloured whether a terminal is to be coloured
     */
    ConformanceMain(PrintStream out, PrintStream err, boolean terminal, boolean coloured) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.coloured = coloured;
    }

    /**
     * Runs the command and ends the process with its status: 0 if no promise that binds is broken, 1 if one is or if that could
     * not be found out, 2 if the command was called in a wrong way.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main, ended), "end"));
        int status = 1;
        try {
            String noColor = System.getenv("NO_COLOR");
            status = new ConformanceMain(
                            utf8(FileDescriptor.out),
                            utf8(FileDescriptor.err),
                            isTerminal(),
                            noColor == null || noColor.isEmpty())
                    .run(List.of(arguments));
        } finally {
            ended.countDown();
        }
        System.exit(status);
    }

    /** After a Ctrl-C: whatever a check has started ends with it, gateways that are starting included. */
    private static void end(Thread main, CountDownLatch ended) {
        if (ended.getCount() > 0) {
            main.interrupt();
            try {
                ended.await(END_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                // What follows is all that is left to do.
            }
        }
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal too.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /**
     * Runs the command.
     *
     * @return the exit status
     */
    int run(List<String> arguments) {
        try {
            Options options = Options.parse(arguments);
            if (options.has(Options.Name.HELP)) {
                out.print(Options.USAGE);
                return 0;
            }
            if (options.has(Options.Name.VERSION)) {
                String version = ConformanceMain.class.getPackage().getImplementationVersion();
                out.println("conformance " + (version == null ? "(not packaged)" : version));
                return 0;
            }
            Subject subject = Subject.of(options);
            Selection selection = Selection.of(
                    subject.checks(), options.values(Options.Name.ONLY), options.values(Options.Name.WITHOUT));
            return options.has(Options.Name.LIST) ? list(selection) : check(subject, selection, options);
        } catch (UsageException e) {
            return complain(e.getMessage(), 2);
        } catch (InterruptedException e) {
            return complain("interrupted; there is no report", 1);
        } catch (IOException e) {
            return complain("cannot write the report: " + e, 1);
        }
    }

    private int complain(String message, int status) {
        err.println("conformance: " + Printable.line(message));
        return status;
    }

    private int list(Selection selection) {
        for (Check check : selection.checks()) {
            if (!selection.leftOut().containsKey(check.name())) {
                out.printf("%-6s  %-6s  %s%n", check.severity(), check.scope(), check.name());
            }
        }
        return 0;
    }

    private int check(Subject subject, Selection selection, Options options)
            throws UsageException, InterruptedException, IOException {
        ReportFiles files = ReportFiles.of(options);
        // One clear line, rather than a failure of every check.
        Report answers =
                new Runner(1, result -> {}).run(subject.text(), List.of(subject.answers()), Map.of(), () -> {});
        boolean json = options.has(Options.Name.JSON);
        if (answers.exitStatus() != 0) {
            Result result = answers.results().get(0);
            String unclear = result.outcome() == Outcome.UNCLEAR ? "unclear whether a gateway answers: " : "";
            int status = complain(unclear + result.detail(), answers.exitStatus());
            // No promise was broken: none was looked at.
            Result nothing = new Result(result.check(), Outcome.UNCLEAR, result.message(), result.took());
            write(new Report(answers.subject(), answers.began(), answers.took(), List.of(nothing)), json, files);
            return status;
        }
        PrintStream people = json ? err : out;
        boolean onTerminal = terminal && !json;
        ConsoleText text = new ConsoleText(onTerminal && coloured);
        people.println(Printable.line("Checking " + subject.text()));
        Progress progress =
                new Progress(people, text, onTerminal, selection.checks().size());
        Report report;
        try {
            report = new Runner(subject.atOnce(), progress)
                    .run(subject.text(), selection.checks(), selection.leftOut(), subject.shared());
        } finally {
            progress.clear();
        }
        people.println(text.summary(report));
        write(report, json, files);
        return report.exitStatus();
    }

    private void write(Report report, boolean json, ReportFiles files) throws IOException {
        if (json) {
            JsonReport.write(report, new OutputStreamWriter(out, StandardCharsets.UTF_8));
        }
        files.write(report);
    }
}
