// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Finds environment variables that were probably meant for the gateway, but are misspelt. */
final class NearMisses {
    // The variables that Kubernetes sets in every container for each Service of the namespace.
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".+_(SERVICE_(HOST|PORT(_.+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern SERVICE_LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

    /** First words that other programs hardly use: any variable that begins with one of them is suspicious. */
    private static final Set<String> OURS = Set.of("LISTEN", "UPSTREAM", "JWKS", "PRETTY", "EXPECTED");

    private static final Set<String> UNITS =
            Set.of("SECONDS", "SECOND", "SECS", "SEC", "S", "MS", "MILLIS", "MINUTES", "MIN");
    private static final int LONG_NAME = 8;
    private static final int MAX_LOGGED_NAME = 64;

    private NearMisses() {}

    static List<String> find(Map<String, String> variables, Collection<String> known) {
        List<String> sentences = new ArrayList<>();
        new TreeMap<>(variables).forEach((name, value) -> {
            boolean link = SERVICE_LINK.matcher(name).matches()
                    || SERVICE_LINK_VALUE.matcher(value).matches();
            if (!link && !known.contains(name)) {
                meant(name, known)
                        .ifPresent(meant -> sentences.add("the variable " + LogText.escape(name, MAX_LOGGED_NAME)
                                + " is none of the gateway's and is ignored: is " + meant + " meant?"));
            }
        });
        return sentences;
    }

    private static Optional<String> meant(String name, Collection<String> known) {
        List<String> words = words(name);
        return known.stream()
                .filter(candidate -> isNear(words, words(candidate)))
                .min(Comparator.<String>comparingInt(candidate -> wordsMissing(words, words(candidate)))
                        .thenComparingInt(candidate -> distance(joined(words), joined(words(candidate)))));
    }

    /** How many words another name does not have: JWKS_TTL means the one with JWKS and TTL, not JWKS_URI. */
    private static int wordsMissing(List<String> words, List<String> other) {
        return (int) words.stream().filter(word -> !other.contains(word)).count();
    }

    private static boolean isNear(List<String> words, List<String> known) {
        if (words.isEmpty()) {
            return false;
        }
        String text = joined(words);
        String meant = joined(known);
        int typos = meant.length() >= LONG_NAME ? 2 : 1;
        return distance(text, meant) <= typos
                || OURS.contains(words.get(0)) && words.get(0).equals(known.get(0)) && words.size() > 1
                || isAllButOneWord(words, known);
    }

    /** As CLIENT_TTL and SA_TOKEN are of CLIENT_CACHE_TTL_SECONDS and SA_TOKEN_PATH: two words at least, in their order. */
    private static boolean isAllButOneWord(List<String> words, List<String> known) {
        if (words.size() < 2 || words.size() != known.size() - 1) {
            return false;
        }
        int found = 0;
        for (String word : known) {
            if (found < words.size() && words.get(found).equals(word)) {
                found++;
            }
        }
        return found == words.size();
    }

    /** The words of a name in upper case, without the unit of time at its end. */
    private static List<String> words(String name) {
        List<String> words =
                new ArrayList<>(Arrays.asList(name.toUpperCase(Locale.ROOT).split("[^A-Z0-9]+")));
        words.removeIf(String::isEmpty);
        if (!words.isEmpty() && UNITS.contains(words.get(words.size() - 1))) {
            words.remove(words.size() - 1);
        }
        return words;
    }

    private static String joined(List<String> words) {
        return String.join("", words);
    }

    /** How many characters have to be put in, taken out or replaced (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
