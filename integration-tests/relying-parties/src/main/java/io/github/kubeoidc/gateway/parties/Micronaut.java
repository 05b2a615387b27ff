// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import io.micronaut.context.ApplicationContext;
import io.micronaut.security.token.jwt.validator.ReactiveJsonWebTokenValidator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import reactor.core.publisher.Mono;

/** Micronaut Security, which says why it refuses a token in its debug log only. */
final class Micronaut {

    private static final Logger LOG = Logger.getLogger("io.micronaut.security.token.jwt");

    /** What was logged by the thread that validates. */
    private static final class Words extends Handler {
        private final List<String> said = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord entry) {
            said.add(entry.getMessage());
        }

        synchronized String drain() {
            String words = said.isEmpty() ? "nothing" : said.get(said.size() - 1);
            said.clear();
            return words;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** A refusal, which is no exception of the library's. */
    private static final class Logged extends Exception {
        private static final long serialVersionUID = 1;

        Logged(String words) {
            super(words);
        }
    }

    private Micronaut() {}

    static RelyingParty trusting(Trust trust) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "micronaut.security.token.jwt.claims-validators.issuer", trust.issuer(),
                "micronaut.security.token.jwt.claims-validators.audience", trust.audience()));
        if (trust.keys().isEmpty()) {
            properties.put("micronaut.security.oauth2.clients.kubernetes.client-id", trust.audience());
            properties.put("micronaut.security.oauth2.clients.kubernetes.openid.issuer", trust.issuer());
        } else {
            properties.put("micronaut.security.token.jwt.signatures.jwks.kubernetes.url", trust.keys());
        }
        ApplicationContext context = ApplicationContext.run(properties);
        ReactiveJsonWebTokenValidator<?, ?> validator = context.getBean(ReactiveJsonWebTokenValidator.class);
        Words words = new Words();
        LOG.setLevel(Level.ALL);
        LOG.setUseParentHandlers(false);
        LOG.addHandler(words);
        return token -> {
            words.drain();
            Object jwt = Mono.from(validator.validate(token, null)).block();
            if (jwt == null) {
                throw new Logged(words.drain());
            }
        };
    }
}
