// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ServiceAccount token. */
final class TokenFile {
    static final int MAX_BYTES = 64 * 1024;

    // RFC 6750, section 2.1. Possessive, as the content may be anything.
    private static final Pattern B64TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]++=*+");

    private final LastGoodFile<String> file;

    TokenFile(Path path, Executor executor, Duration patience) {
        this.file = new LastGoodFile<>("SA_TOKEN_PATH", path, MAX_BYTES, TokenFile::parse, executor, patience);
    }

    /** Begins to read the file, so that a fault of it is logged. Does not wait. */
    void probe() {
        file.probe();
    }

    String get() throws FetchException, InterruptedException {
        String token = file.read();
        if (token == null) {
            throw new FetchException(Outcome.UNAUTHORIZED, "no usable token: " + file, null);
        }
        return token;
    }

    /**
     * Returns when the token expires that was read last, and has the file read again, for the next call: no fetch may have read
     * it for long.
     */
    @Nullable
    Instant expiry() {
        file.probe();
        String token = file.lastGood();
        return token == null ? null : TokenExpiry.of(token);
    }

    static String parse(byte[] bytes) throws UnusableException {
        String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        if (token.isEmpty()) {
            throw new UnusableException("is empty");
        }
        if (!B64TOKEN.matcher(token).matches()) {
            throw new UnusableException("is not a bearer token");
        }
        return token;
    }
}
