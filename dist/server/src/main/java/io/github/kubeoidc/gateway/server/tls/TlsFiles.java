// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the certificate chain and its key, which an operator or cert-manager replaces. One thread has
 * another look at them again and again. A file that never opens (a FIFO, a hung mount) holds up these two and nothing else: a
 * warning says so, and the last good pair stays in use.
 */
final class TlsFiles implements AutoCloseable {
    /** How often the files are read. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How long a start waits for them, and how long reading them may take later without a word. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private final TlsFile chainFile;
    private final TlsFile keyFile;
    private final Duration interval;
    private final Duration patience;
    private final Consumer<String> warnings;
    private final Thread reader = new Thread(this::run, "tls-files");
    private final CompletableFuture<TlsPair> first = new CompletableFuture<>();
    private volatile Consumer<TlsPair> listener = pair -> {};
    private volatile @Nullable TlsPair inUse;
    private String toldOfDates = "";

    /** Until the first look that ends in time. */
    private boolean toldOfHang;

    // One thread at a time uses these: the start of a look and the wait for its end hand them over.
    // None at first: empty files are another pair.
    private byte @Nullable [] goodChain;
    private byte @Nullable [] goodKey;
    private List<String> problems = List.of();

    /**
     * Reads nothing yet.
     *
     * @param patience how long to wait for the first pair, and for a later reading before that is told
     * @param warnings is told, once, what is wrong with files that take the place of good ones, and that a certificate is not
     *     valid now
     */
    TlsFiles(Path chain, Path key, Duration interval, Duration patience, Consumer<String> warnings) {
        chainFile = new TlsFile("TLS_CERT_FILE", chain, "a PEM file of a certificate chain");
        keyFile = new TlsFile(
                "TLS_KEY_FILE",
                key,
                "a PEM file of the private key for it: RSA or EC; PKCS#8, PKCS#1 or SEC1; not encrypted");
        this.interval = interval;
        this.patience = patience;
        this.warnings = warnings;
        reader.setDaemon(true);
    }

    /**
     * Begins to read, and waits for the first pair as its patience allows: a machine that has little to give may be slow with it.
     *
     * @throws ConfigurationException if there is none that can be used; its message names files and reasons. The reader has
     *     then been told to end
     */
    TlsPair open() throws ConfigurationException {
        reader.start();
        List<String> reasons;
        try {
            return first.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            reasons = problems;
        } catch (TimeoutException e) {
            reasons = hanging();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reasons = List.of(chainFile.problem("was not waited for"));
        }
        close();
        throw new ConfigurationException(reasons);
    }

    private List<String> hanging() {
        String hangs = "cannot be read within " + patience.toSeconds() + "s";
        return List.of(chainFile.problem(hangs), keyFile.problem(hangs));
    }

    /** Has each pair that comes from now on told, on the reader's thread. */
    void onChange(Consumer<TlsPair> told) {
        listener = told;
    }

    /** Warns, once for each certificate, where clients refuse the one in use by its dates. */
    synchronized void warnOfDates() {
        TlsPair pair = inUse;
        String problem = pair == null ? "" : pair.problem(Instant.now());
        if (!problem.isEmpty() && !problem.equals(toldOfDates)) {
            warnings.accept("the certificate in " + chainFile + " " + problem + ": clients refuse it");
        }
        toldOfDates = problem;
    }

    /** Ends the reader, and does not wait for that: the file that it reads may hang. */
    @Override
    public void close() {
        reader.interrupt();
    }

    private void run() {
        TlsPair pair = look();
        while (pair == null && problems.isEmpty() && !reader.isInterrupted()) {
            // They are being replaced at this moment.
            pair = look();
        }
        if (pair == null) {
            first.completeExceptionally(new IllegalStateException("no usable pair"));
            return;
        }
        first.complete(pair);
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                lookAgain();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void lookAgain() throws InterruptedException {
        try {
            List<String> before = problems;
            TlsPair pair = lookInTime();
            if (pair != null) {
                hand(pair);
            } else if (!problems.isEmpty() && !problems.equals(before)) {
                warnUseless(problems);
            }
            warnOfDates();
        } catch (ExecutionException | RuntimeException | Error e) {
            LOG.warn("the TLS files could not be looked at", e instanceof ExecutionException ? e.getCause() : e);
        }
    }

    private void hand(TlsPair pair) {
        try {
            listener.accept(pair);
        } catch (RuntimeException | Error e) {
            // A pair that was not taken is a new one at the next look.
            goodChain = null;
            throw e;
        }
    }

    /** Looks in a thread of its own, whose end is waited for however late it comes. */
    private @Nullable TlsPair lookInTime() throws ExecutionException, InterruptedException {
        FutureTask<@Nullable TlsPair> look = new FutureTask<>(this::look);
        Thread thread = new Thread(look, "tls-files-look");
        thread.setDaemon(true);
        thread.start();
        for (boolean inTime = true; ; inTime = false) {
            try {
                TlsPair pair = look.get(patience.toNanos(), TimeUnit.NANOSECONDS);
                toldOfHang &= !inTime;
                return pair;
            } catch (TimeoutException e) {
                if (!toldOfHang) {
                    warnUseless(hanging());
                }
                toldOfHang = true;
                warnOfDates();
            }
        }
    }

    private void warnUseless(List<String> reasons) {
        warnings.accept(String.join("; ", reasons) + "; the last good pair stays in use");
    }

    /** Returns a pair that is new; {@code null} where it is the one in use, or for the {@link #problems}. */
    private @Nullable TlsPair look() {
        List<String> found = new ArrayList<>();
        byte[] chain = read(chainFile, found);
        byte[] key = read(keyFile, found);
        if (!Arrays.equals(chain, read(chainFile, new ArrayList<>()))) {
            // They are being replaced at this moment, and the two may not match.
            return null;
        }
        TlsPair pair = null;
        if (found.isEmpty() && (!Arrays.equals(chain, goodChain) || !Arrays.equals(key, goodKey))) {
            pair = parse(chain, key, found);
        }
        if (pair != null) {
            goodChain = chain;
            goodKey = key;
            inUse = pair;
        }
        problems = found;
        return pair;
    }

    private static byte[] read(TlsFile file, List<String> problems) {
        try {
            return file.read();
        } catch (UnusableTlsFileException e) {
            problems.add(file.problem(e.getMessage()));
            return new byte[0];
        }
    }

    private @Nullable TlsPair parse(byte[] chainPem, byte[] keyPem, List<String> problems) {
        List<X509Certificate> chain;
        try {
            chain = TlsPair.chain(chainPem);
        } catch (UnusableTlsFileException e) {
            problems.add(chainFile.problem(e.getMessage()));
            return null;
        }
        try {
            return TlsPair.of(chain, keyPem);
        } catch (UnusableTlsFileException e) {
            problems.add(keyFile.problem(e.getMessage()));
            return null;
        }
    }
}
