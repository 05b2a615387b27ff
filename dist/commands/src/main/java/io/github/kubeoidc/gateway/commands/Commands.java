// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.upstream.Names;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The program behind {@code kube-oidc-gateway check} and {@code kube-oidc-gateway export}. */
public final class Commands {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private static final String USAGE = """
            Usage: kube-oidc-gateway check [--public-url URL] [--public-ca FILE] [--token FILE]
                                           [--relying-party NAME]... [--json]
                   kube-oidc-gateway export --dir DIR
                   kube-oidc-gateway export --jwks -

            check   looks, step by step, at what federation needs: token, CA, API server, documents, keys, and what
                    relying parties demand; with --public-url also through that address, with --token at a
                    workload's token. --public-ca names those to trust there, --json prints one object.
                    --relying-party fails where the demands of this one are not met. NAME is one of
                    %s.
            export  writes both documents below DIR as they would be served, or prints the key set.

            The environment variables are those of the gateway: see kube-oidc-gateway --help.
            """.formatted(String.join(", ", Demand.relyingParties()));

    private Commands() {}

    /**
     * Runs one command. The status is 0 if all is well, 1 if not (nor if its output cannot be written), 2 if arguments or
     * configuration are invalid.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        // A command says by itself what is wrong, and standard output is its result alone: nothing is logged.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        int status = run(List.of(args), System::getenv, InetAddress::getAllByName, System.out, System.err);
        System.exit(status);
    }

    static int run(
            List<String> arguments,
            Function<String, @Nullable String> environment,
            Names names,
            PrintStream out,
            PrintStream err) {
        int status = carryOut(arguments, environment, names, out, err);
        // Its result is what a command is run for.
        if (out.checkError()) {
            err.println("kube-oidc-gateway: standard output cannot be written");
            return Math.max(status, FAILED);
        }
        return status;
    }

    private static int carryOut(
            List<String> arguments,
            Function<String, @Nullable String> environment,
            Names names,
            PrintStream out,
            PrintStream err) {
        String command = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
        if (command.equals("-h") || command.equals("--help") || rest.contains("-h") || rest.contains("--help")) {
            out.print(USAGE);
            return DONE;
        }
        try {
            return switch (command) {
                case "check" -> CheckCommand.read(rest).run(GatewayConfig.from(environment), names, out);
                case "export" -> {
                    ExportCommand export = ExportCommand.read(rest);
                    yield export.run(GatewayConfig.from(environment), names, out, err);
                }
                default ->
                    throw new UsageException(
                            "unknown command: " + Options.shown(command) + "; allowed is check or export");
            };
        } catch (UsageException | ConfigurationException e) {
            err.println("kube-oidc-gateway: " + e.getMessage());
            return MISUSED;
        }
    }
}
