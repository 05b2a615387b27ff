// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.process.ListeningLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the gateway's log: counts the lines of requests, keeps the others in a file, and finds what must not be there. */
final class GatewayLog implements AutoCloseable {

    private static final Pattern REQUEST = Pattern.compile(
            "\\S+Z path=\\S+ status=(\\d{3}) cache_hit=(?:true|false)" + " duration=\\d+\\.\\d{3}ms(?: method=\\S+)?");
    private static final Pattern OTHER = Pattern.compile("\\S+Z (INFO|WARN|ERROR) .+");
    private static final Pattern DROPPED = Pattern.compile("(\\d+) log lines dropped");

    /** The beginning of every JSON object in base64url, and so of every token. */
    private static final String TOKEN = "eyJ";

    private final Observations seen;
    private final Writer file;
    private volatile @Nullable URI address;
    private volatile long dropped;
    private volatile String lastLine = "";

    /**
     * Begins to read.
     *
     * @param file where to keep all lines but those of requests
     */
    GatewayLog(Path file, Observations seen) throws IOException {
        this.seen = seen;
        this.file = Files.newBufferedWriter(file);
    }

    /** Takes a line of standard output. */
    void line(String line) {
        lastLine = line;
        if (address == null) {
            address = ListeningLine.address(line);
        }
        if (line.contains(TOKEN)) {
            seen.wrong("a token in the log: " + line);
        }
        Matcher request = REQUEST.matcher(line);
        if (request.matches()) {
            seen.count("logged " + request.group(1));
            return;
        }
        Matcher other = OTHER.matcher(line);
        if (!other.matches()) {
            seen.wrong("not a line of a log: " + line);
        } else if (other.group(1).equals("ERROR")) {
            seen.wrong("an error in the log: " + line);
        }
        Matcher drop = DROPPED.matcher(line);
        if (drop.find()) {
            dropped += Long.parseLong(drop.group(1));
        }
        try {
            file.write(line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the gateway listens, {@code null} as long as it does not. */
    @Nullable
    URI address() {
        return address;
    }

    /** How many lines the gateway says it could not write. */
    long dropped() {
        return dropped;
    }

    /** What came last. */
    String lastLine() {
        return lastLine;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
