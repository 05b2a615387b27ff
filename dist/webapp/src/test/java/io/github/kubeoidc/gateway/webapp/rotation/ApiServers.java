// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** API servers behind one address. Each has its own files: keys that it publishes, and one that it signs with. */
final class ApiServers {
    static final int NUMBER = 2;

    /** What becomes of a request. */
    enum State {
        UP,
        REFUSES,
        HANGS
    }

    State state = State.UP;

    private final LongSupplier ticker;
    private final List<List<String>> published = new ArrayList<>();
    private final List<TreeMap<Long, String>> signing = new ArrayList<>();

    /** When a key came or went last, at whichever server. */
    private final Map<String, Long> changed = new HashMap<>();

    /** When the first server published a key, or withdrew it again. */
    private final Map<String, Long> begun = new HashMap<>();

    ApiServers(LongSupplier ticker, String key) {
        this.ticker = ticker;
        for (int server = 0; server < NUMBER; server++) {
            published.add(List.of());
            signing.add(new TreeMap<>());
            publish(server, key);
            sign(server, key);
        }
    }

    void publish(int server, String... keys) {
        List<String> before = published.set(server, List.of(keys));
        List<String> all = new ArrayList<>(before);
        all.addAll(List.of(keys));
        all.stream()
                .filter(key -> before.contains(key) != List.of(keys).contains(key))
                .forEach(key -> {
                    boolean isFirst =
                            published.stream().filter(set -> set.contains(key)).count()
                                    == (before.contains(key) ? NUMBER - 1 : 1);
                    if (isFirst) {
                        begun.put(key, ticker.getAsLong());
                    }
                    changed.put(key, ticker.getAsLong());
                });
    }

    void sign(int server, String key) {
        signing.get(server).put(ticker.getAsLong(), key);
    }

    String jwks(int server) {
        return published.get(server).stream()
                .map("{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"::formatted)
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    /** The key with which a server signed then. */
    String signedWith(int server, long then) {
        Map.Entry<Long, String> key = signing.get(server).floorEntry(then);
        return (key == null ? signing.get(server).firstEntry() : key).getValue();
    }

    long changedAt(String key) {
        return changed.get(key);
    }

    /** When what {@link #changedAt} tells of began, at the first server. */
    long changesSince(String key) {
        return begun.get(key);
    }

    boolean allPublish(String key) {
        return published.stream().allMatch(keys -> keys.contains(key));
    }
}
