// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What a page tells its reader to type: its blocks for a shell, and those pieces of code in its prose that begin with the name of
 * a program.
 *
 * @param commands each with its arguments, without quotes
 * @param assigned the variables that its blocks set
 * @param used the variables that its blocks expand
 * @param functions the functions that its blocks define
 */
record PageCommands(List<List<String>> commands, Set<String> assigned, Set<String> used, Set<String> functions) {

    /** Programs of others that the pages tell to run. A name that is not among them is misspelt, or is to be added here. */
    static final Set<String> PROGRAMS = Set.of(
            ("[ apt-get aws az base64 bash break cat curl databricks date diff docker echo exit export gcloud grep head helm id java jq kcadm.sh"
                            + " kill kubectl mkdir mktemp mv mvn openssl printf promtool python3 read return rm sed seq sleep sort sudo tail"
                            + " test tr trap ulimit umask uniq unset vault wait wc")
                    .split(" "));

    /** The gateway's own command, as it is written where it is on the path. */
    static final String GATEWAY = "kube-oidc-gateway";

    private static final Pattern OWN_FILE =
            Pattern.compile("(?:\\.ci|dist|docs|integration-tests|gateway-[a-z]+)/[\\w./-]*");

    /** In prose, {@code check} and {@code export} are written without what stands before them. */
    private static final Pattern SUBCOMMAND = Pattern.compile("(?:check|export) -.*");

    private static final Map<Page, PageCommands> READ = new ConcurrentHashMap<>();

    static PageCommands of(Page page) {
        return READ.computeIfAbsent(page, PageCommands::read);
    }

    private static PageCommands read(Page page) {
        PageCommands found = new PageCommands(
                new ArrayList<>(), new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
        for (String block : page.shell()) {
            ShellScript script = ShellScript.of(block);
            found.commands.addAll(script.commands);
            found.assigned.addAll(script.assigned);
            found.used.addAll(script.used);
            found.functions.addAll(script.functions);
        }
        for (String code : page.codes) {
            ShellScript script = ShellScript.of(SUBCOMMAND.matcher(code).matches() ? GATEWAY + " " + code : code);
            for (List<String> command : script.commands) {
                String program = command.get(0);
                boolean isProgram = program.equals(GATEWAY)
                        || PROGRAMS.contains(program)
                        || isOwnFile(program)
                        || found.functions.contains(program);
                if (isProgram && command.size() > 1) {
                    found.commands.add(command);
                }
            }
        }
        return found;
    }

    /** Whether a word is the path of a file of the repository, from its root. */
    static boolean isOwnFile(String word) {
        return OWN_FILE.matcher(word).matches();
    }

    /** Whether a build makes that file. */
    static boolean isBuilt(String file) {
        return file.contains("/target/");
    }
}
