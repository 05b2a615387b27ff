// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The commands of a shell script, without running it: those in functions, loops and substitutions too. It knows as much of the
 * shell's language as the pages use; that the script is valid, bash itself says.
 */
final class ShellScript {

    /** Words of the shell itself, which may stand before a command. */
    private static final Set<String> RESERVED =
            Set.of("if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "time");

    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> DECLARING = Set.of("export", "local", "readonly", "read");

    /** Each command with its arguments, without quotes. */
    final List<List<String>> commands = new ArrayList<>();

    /** The variables that it sets. */
    final Set<String> assigned = new LinkedHashSet<>();

    /** The variables that it expands. */
    final Set<String> used = new LinkedHashSet<>();

    /** The functions that it defines. */
    final Set<String> functions = new LinkedHashSet<>();

    private final String script;
    private final Deque<String> hereDocuments = new ArrayDeque<>();
    private int at;

    private ShellScript(String script) {
        this.script = script;
    }

    static ShellScript of(String script) {
        ShellScript parsed = new ShellScript(script);
        while (parsed.at < script.length()) {
            parsed.readCommands();
        }
        return parsed;
    }

    /** Reads up to the end, or behind the parenthesis that ends a substitution or a subshell. */
    private void readCommands() {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        boolean redirected = false;
        while (at < script.length()) {
            char c = script.charAt(at);
            if (word == null && c == '#') {
                at = lineEnd();
                continue;
            }
            if (c == '\\' && next() == '\n') {
                at += 2;
                continue;
            }
            if (" \t\n;&|()<>".indexOf(c) < 0) {
                word = readPart(word == null ? new StringBuilder() : word);
                continue;
            }
            if ((c == '<' || c == '>') && next() == '(') {
                at += 2;
                readCommands();
                word = (word == null ? new StringBuilder() : word).append("<()");
                continue;
            }
            if ((c == '<' || c == '>') && word != null && word.toString().matches("[0-9]+")) {
                // The number of what is redirected.
                word = null;
            }
            if (word != null && !redirected) {
                words.add(word.toString());
            }
            redirected &= word == null;
            word = null;
            at++;
            switch (c) {
                case '<', '>' -> redirected = redirection(c);
                case '(' -> {
                    if (words.size() == 1 && at < script.length() && script.charAt(at) == ')') {
                        at++;
                        functions.add(words.get(0));
                        words.clear();
                    } else {
                        readCommands();
                    }
                }
                case ')' -> {
                    end(words);
                    return;
                }
                case '\n' -> {
                    end(words);
                    skipHereDocuments();
                }
                case ';', '&', '|' -> end(words);
                default -> {}
            }
        }
        if (word != null && !redirected) {
            words.add(word.toString());
        }
        end(words);
    }

    /** Reads behind the first character of a redirection. Says whether its target is the next word. */
    private boolean redirection(char first) {
        if (first == '<' && script.startsWith("<", at)) {
            at++;
            int begin = at;
            at = lineEndOrSpace();
            hereDocuments.add(script.substring(begin, at).replaceAll("^-|['\"\\\\]", ""));
            return false;
        }
        while (at < script.length() && "<>&|".indexOf(script.charAt(at)) >= 0) {
            at++;
        }
        return true;
    }

    private void skipHereDocuments() {
        while (!hereDocuments.isEmpty()) {
            String end = hereDocuments.remove();
            String line = "";
            while (at < script.length() && !line.strip().equals(end)) {
                int lineEnd = lineEnd();
                line = script.substring(at, lineEnd);
                while (at < lineEnd) {
                    if (script.charAt(at) == '$') {
                        readExpansion(new StringBuilder());
                    } else {
                        at++;
                    }
                }
                at = Math.min(lineEnd + 1, script.length());
            }
        }
    }

    /** Reads one character of a word, or what is quoted or expanded there. */
    private StringBuilder readPart(StringBuilder word) {
        char c = script.charAt(at);
        switch (c) {
            case '\\' -> {
                word.append(next());
                at += 2;
            }
            case '\'' -> {
                int end = script.indexOf('\'', at + 1);
                end = end < 0 ? script.length() : end;
                word.append(script, at + 1, end);
                at = end + 1;
            }
            case '"' -> {
                at++;
                while (at < script.length() && script.charAt(at) != '"') {
                    if (script.charAt(at) == '$') {
                        readExpansion(word);
                    } else {
                        at += script.charAt(at) == '\\' ? 1 : 0;
                        word.append(at < script.length() ? script.charAt(at) : ' ');
                        at++;
                    }
                }
                at++;
            }
            case '$' -> readExpansion(word);
            default -> {
                word.append(c);
                at++;
            }
        }
        return word;
    }

    private void readExpansion(StringBuilder word) {
        if (next() == '(') {
            at += 2;
            readCommands();
            word.append("$()");
            return;
        }
        int begin = at;
        boolean braced = next() == '{';
        at += braced ? 2 : 1;
        var name = VARIABLE.matcher(script).region(at, script.length());
        if (name.lookingAt()) {
            used.add(name.group());
            at = name.end();
        } else {
            at = Math.min(at + 1, script.length());
        }
        if (braced) {
            at = Math.max(at, script.indexOf('}', at) + 1);
        }
        word.append(script, begin, at);
    }

    /** Takes a command that is complete. */
    private void end(List<String> words) {
        int first = 0;
        while (first < words.size() && (RESERVED.contains(words.get(first)) || assigns(words.get(first)))) {
            first++;
        }
        List<String> command = List.copyOf(words.subList(first, words.size()));
        words.clear();
        if (command.isEmpty()) {
            return;
        }
        if (command.get(0).equals("for") && command.size() > 1) {
            assigned.add(command.get(1));
            return;
        }
        if (DECLARING.contains(command.get(0))) {
            for (String declared : command.subList(1, command.size())) {
                if (!assigns(declared)) {
                    assigned.add(declared);
                }
            }
        }
        commands.add(command);
    }

    private boolean assigns(String word) {
        if (!ASSIGNMENT.matcher(word).matches()) {
            return false;
        }
        assigned.add(word.substring(0, word.indexOf('=')));
        return true;
    }

    private char next() {
        return at + 1 < script.length() ? script.charAt(at + 1) : ' ';
    }

    private int lineEnd() {
        int end = script.indexOf('\n', at);
        return end < 0 ? script.length() : end;
    }

    private int lineEndOrSpace() {
        int end = at;
        while (end < script.length() && " \t\n;&|)".indexOf(script.charAt(end)) < 0) {
            end++;
        }
        return end;
    }
}
