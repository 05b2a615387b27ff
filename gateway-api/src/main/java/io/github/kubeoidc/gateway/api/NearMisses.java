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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds environment variables that were probably meant for the gateway, but are misspelt. */
final class NearMisses {
    // The variables that Kubernetes sets in every container for each Service of the namespace.
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".+_(SERVICE_(HOST|PORT(_.+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern SERVICE_LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

    /** What systemd sets for a program that it starts with sockets that are open already. */
    private static final Set<String> SYSTEMD = Set.of("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES");

    /** First words that other programs hardly use: any variable that begins with one of them is suspicious. */
    private static final Set<String> OURS = Set.of("LISTEN", "UPSTREAM", "JWKS", "PRETTY", "EXPECTED");

    /** Words that tell no variable from another. */
    private static final Set<String> NOISE = Set.of("", "KUBE", "OIDC", "GATEWAY", "PRIVATE");

    private static final String UNIT = "SECONDS";

    /** Words that are written for one another; the first one stands for all of a group. */
    private static final Map<String, String> ALIKE = Stream.of(
                    "ADDRESS ADDR HOST HOSTNAME IP URL URI SERVER ENDPOINT",
                    "DIRECTORY DIR FOLDER FILE PATH",
                    "CERTIFICATE CERT CRT CHAIN",
                    "LOG LOGGING",
                    "FORMAT FMT",
                    "STALE STALENESS",
                    UNIT + " SECOND SECS SEC S MS MILLIS MINUTES MIN")
            .map(group -> List.of(group.split(" ")))
            .flatMap(group -> group.stream().map(word -> Map.entry(word, group.get(0))))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final int LONG_NAME = 8;
    private static final int SHORT_WORD = 3;
    private static final int MAX_LOGGED_NAME = 64;

    private NearMisses() {}

    static List<String> find(Map<String, String> variables, Collection<String> known) {
        List<String> sentences = new ArrayList<>();
        new TreeMap<>(variables).forEach((name, value) -> {
            boolean others = SYSTEMD.contains(name)
                    || SERVICE_LINK.matcher(name).matches()
                    || SERVICE_LINK_VALUE.matcher(value).matches();
            if (!others && !known.contains(name)) {
                meant(name, known)
                        .ifPresent(meant -> sentences.add("the variable " + LogText.escape(name, MAX_LOGGED_NAME)
                                + " is none of the gateway's and is ignored: is " + meant + " meant?"));
            }
        });
        return sentences;
    }

    private static Optional<String> meant(String name, Collection<String> known) {
        Name given = Name.of(name);
        if (known.stream().noneMatch(candidate -> given.isNear(Name.of(candidate)))) {
            return Optional.empty();
        }
        return known.stream()
                .min(Comparator.<String>comparingInt(candidate -> given.wordsMissing(Name.of(candidate)))
                        .thenComparingInt(candidate -> given.distance(Name.of(candidate))));
    }

    /**
     * A name in upper case.
     *
     * @param letters without what stands between its words, and without a unit of time at its end
     * @param first the first word
     * @param words its words, each as the one that stands for its group and for its plural
     */
    private record Name(String letters, String first, List<String> words) {
        static Name of(String text) {
            String[] all = text.toUpperCase(Locale.ROOT).split("[^A-Z0-9]+");
            String last = all.length == 0 ? "" : all[all.length - 1];
            String letters = String.join("", all);
            return new Name(
                    alike(last).equals(UNIT) ? letters.substring(0, letters.length() - last.length()) : letters,
                    all.length == 0 ? "" : all[0],
                    Arrays.stream(all)
                            .filter(word -> !NOISE.contains(word))
                            .map(Name::alike)
                            .distinct()
                            .toList());
        }

        private static String alike(String word) {
            String singular =
                    word.length() > SHORT_WORD && word.endsWith("S") ? word.substring(0, word.length() - 1) : word;
            return ALIKE.getOrDefault(word, ALIKE.getOrDefault(singular, singular));
        }

        boolean isNear(Name known) {
            int typos = known.letters.length() >= LONG_NAME ? 2 : 1;
            return !words.isEmpty()
                    && (distance(known) <= typos
                            || OURS.contains(first) && first.equals(known.first) && words.size() > 1
                            || isAllButOneWord(known));
        }

        /** As CLIENT_TTL and SA_TOKEN are of CLIENT_CACHE_TTL_SECONDS and SA_TOKEN_PATH: two words at least. */
        private boolean isAllButOneWord(Name known) {
            return words.size() > 1
                    && known.words.containsAll(words)
                    && withoutUnit().size() >= known.withoutUnit().size() - 1;
        }

        /** How many words another name does not have: JWKS_TTL means the one with JWKS and TTL, not JWKS_URI. */
        int wordsMissing(Name known) {
            return (int)
                    words.stream().filter(word -> !known.words.contains(word)).count();
        }

        int distance(Name known) {
            return Math.min(
                    NearMisses.distance(letters, known.letters),
                    NearMisses.distance(String.join("", withoutUnit()), String.join("", known.withoutUnit())));
        }

        private List<String> withoutUnit() {
            return words.stream().filter(word -> !word.equals(UNIT)).toList();
        }
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
