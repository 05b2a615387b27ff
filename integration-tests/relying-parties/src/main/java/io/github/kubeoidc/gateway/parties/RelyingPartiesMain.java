// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers questions on standard input, one a line, on standard output, one line each. A question is a library, an issuer, an
 * audience, a key URL (empty for one that has to be found) and a token, with tabs between. The answer is {@code accepted}, or
 * what the library says against it. The question {@code libraries} is answered by those that there are, each with its
 * versions after an equals sign, with tabs between. A relying party is made for the first question about it, and kept.
 */
public final class RelyingPartiesMain {

    private record Key(Library library, Trust trust) {}

    private static final Map<Key, RelyingParty> PARTIES = new HashMap<>();

    private RelyingPartiesMain() {}

    /**
     * Answers until standard input ends.
     *
     * @param args none
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] args) throws IOException {
        // A line that a library prints is no answer.
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            answers.println(answer(question.split("\t", -1)));
        }
        System.exit(0);
    }

    private static String answer(String[] question) {
        if (question.length == 1) {
            StringBuilder libraries = new StringBuilder();
            for (Library library : Library.values()) {
                libraries
                        .append(libraries.isEmpty() ? "" : "\t")
                        .append(library.title())
                        .append('=')
                        .append(library.jars());
            }
            return libraries.toString();
        }
        Key key = new Key(Library.titled(question[0]), new Trust(question[1], question[2], question[3]));
        try {
            RelyingParty party = PARTIES.get(key);
            if (party == null) {
                party = key.library().trusting(key.trust());
                PARTIES.put(key, party);
            }
            party.accept(question[4]);
            return "accepted";
        } catch (UnsupportedOperationException e) {
            return String.valueOf(e.getMessage());
        } catch (Exception | LinkageError e) {
            return words(e);
        }
    }

    /** What was thrown and its causes say, less what one of them repeats. */
    private static String words(Throwable thrown) {
        StringBuilder words = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (words.indexOf(message) < 0) {
                words.append(words.isEmpty() ? "" : "; ")
                        .append(cause.getClass().getSimpleName())
                        .append(": ")
                        .append(message);
            }
        }
        return words.toString().replaceAll("\\s+", " ");
    }
}
