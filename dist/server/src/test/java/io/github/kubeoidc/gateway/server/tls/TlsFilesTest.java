// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.server.FrontDoor;
import io.github.kubeoidc.gateway.server.ServerCertificates;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 8.2: a changed pair is in use for new connections, and one that cannot be used keeps the old one. */
class TlsFilesTest {
    private static final Duration SOON = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private final BlockingQueue<TlsPair> told = new LinkedBlockingQueue<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private TlsFiles files;
    private TlsPair first;

    @BeforeEach
    void open() throws Exception {
        swap("1", ServerCertificates.ALL.chain("ec"), ServerCertificates.ALL.key("ec"));
        files = new TlsFiles(
                directory.resolve("data/tls.crt"),
                directory.resolve("data/tls.key"),
                SOON,
                TlsFiles.PATIENCE,
                warnings::add);
        first = files.open();
        files.onChange(told::add);
    }

    @AfterEach
    void close() {
        files.close();
    }

    /** As kubelet does it: a directory beside, and a symlink that takes another's place in one step. */
    private void swap(String name, String chain, String key) throws IOException {
        Path version = Files.createDirectory(directory.resolve(name));
        Files.writeString(version.resolve("tls.crt"), chain);
        Files.writeString(version.resolve("tls.key"), key);
        Path link = Files.createSymbolicLink(directory.resolve("link" + name), version);
        Files.move(link, directory.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String name(TlsPair pair) {
        return pair.chain().get(0).getSubjectX500Principal().getName();
    }

    private String next() throws InterruptedException {
        TlsPair pair = told.poll(20, TimeUnit.SECONDS);
        assertThat(pair).isNotNull();
        return name(pair);
    }

    private String last() {
        return warnings.get(warnings.size() - 1);
    }

    /** "in use within 10 s": not measured, as a machine may stall for the rest of them. */
    @Test
    void theFilesAreReadTwiceInTenSeconds() {
        assertThat(TlsFiles.INTERVAL).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aPairThatIsSwappedInIsToldOnce() throws Exception {
        assertThat(name(first)).isEqualTo("CN=ec");
        swap("2", ServerCertificates.ALL.chain("rsa"), ServerCertificates.olderKey("rsa"));
        assertThat(next()).isEqualTo("CN=rsa");
        swap("3", ServerCertificates.ALL.chain("other"), ServerCertificates.ALL.key("other"));
        assertThat(next()).isEqualTo("CN=other");
        assertThat(told).isEmpty();
    }

    @Test
    void oneThatCannotBeUsedIsOneWarningAndTheNextIsTaken() throws Exception {
        swap("2", ServerCertificates.ALL.chain("rsa"), ServerCertificates.ALL.key("ec"));
        FrontDoor.await(() -> warnings.size() == 1);
        assertThat(last())
                .contains("TLS_KEY_FILE=\"" + directory.resolve("data/tls.key") + "\": has a key that ")
                .endsWith("; the last good pair stays in use");
        swap("3", "junk", "junk");
        FrontDoor.await(() -> warnings.size() == 2);
        Files.delete(directory.resolve("data"));
        FrontDoor.await(() -> warnings.size() == 3);
        assertThat(last()).contains("TLS_CERT_FILE").contains("TLS_KEY_FILE").contains("does not exist");
        assertThat(told).isEmpty();

        swap("4", ServerCertificates.ALL.chain("rsa"), ServerCertificates.ALL.key("rsa"));
        assertThat(next()).isEqualTo("CN=rsa");
        assertThat(warnings).hasSize(3).doesNotHaveDuplicates();
    }

    /** It is used all the same: a client whose clock is wrong, or who does not look, is served. */
    @Test
    void aCertificateThatIsNotValidNowIsOneWarning() throws Exception {
        swap("2", ServerCertificates.ALL.chain("expired"), ServerCertificates.ALL.key("expired"));
        assertThat(next()).isEqualTo("CN=expired");
        FrontDoor.await(() -> warnings.size() == 1);
        assertThat(last())
                .matches("the certificate in TLS_CERT_FILE=.*tls.crt\" expired at 20\\S+Z: clients refuse it");
        swap("3", "junk", "junk");
        FrontDoor.await(() -> warnings.size() == 2);
        swap("4", ServerCertificates.ALL.chain("early"), ServerCertificates.ALL.key("early"));
        assertThat(next()).isEqualTo("CN=early");
        FrontDoor.await(() -> warnings.size() == 3);
        assertThat(last()).matches("the certificate in .* is not valid before 20\\S+Z: clients refuse it");
        swap("5", ServerCertificates.ALL.chain("rsa"), ServerCertificates.ALL.key("rsa"));
        assertThat(next()).isEqualTo("CN=rsa");
        assertThat(warnings).hasSize(3);
    }

    /** A start at the moment of a swap waits for the end of that. */
    @Test
    void aPairThatIsSwappedInAgainAndAgainIsOpened() throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<Void> swapping = CompletableFuture.runAsync(() -> {
            for (int i = 2; !over.isDone(); i++) {
                swapUnchecked(String.valueOf(i), i % 2 == 0 ? "rsa" : "ec");
            }
        });
        try {
            for (int i = 0; i < 400; i++) {
                try (TlsFiles opened = new TlsFiles(
                        directory.resolve("data/tls.crt"),
                        directory.resolve("data/tls.key"),
                        Duration.ofDays(1),
                        TlsFiles.PATIENCE,
                        warnings::add)) {
                    assertThat(name(opened.open())).isIn("CN=ec", "CN=rsa");
                }
            }
        } finally {
            over.complete(null);
            swapping.join();
        }
    }

    private void swapUnchecked(String name, String kind) {
        try {
            // Never the same bytes again: for those, a chain that went and came would seem to have stayed.
            swap(name, ServerCertificates.ALL.chain(kind) + "# " + name + "\n", ServerCertificates.ALL.key(kind));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** "a broken or mismatching pair keeps the old one and is a WARN": one, though the reader may see one file go first. */
    @Test
    void filesThatGoAwayTogetherAreOneWarning() throws Exception {
        try (TlsFiles often = new TlsFiles(
                directory.resolve("data/tls.crt"),
                directory.resolve("data/tls.key"),
                Duration.ofNanos(1),
                TlsFiles.PATIENCE,
                warnings::add)) {
            files.close();
            often.open();
            often.onChange(told::add);
            for (int i = 2; i < 300; i++) {
                int warned = warnings.size();
                // Another moment of a look, and of the millisecond between two, each time.
                long moment = System.nanoTime() + i * 5000;
                while (System.nanoTime() - moment < 0) {
                    Thread.onSpinWait();
                }
                Files.delete(directory.resolve("data"));
                FrontDoor.await(() -> warnings.size() > warned);
                assertThat(last()).contains("TLS_CERT_FILE", "TLS_KEY_FILE");
                swap(String.valueOf(i), ServerCertificates.ALL.chain("ec") + "#" + i, ServerCertificates.ALL.key("ec"));
                assertThat(next()).isEqualTo("CN=ec");
                assertThat(warnings).hasSize(warned + 1);
            }
        }
    }

    /** They are not being replaced: what is wrong with them is told, at once. */
    @Test
    void emptyFilesAreRefused() throws Exception {
        swap("2", "", "");
        try (TlsFiles empty = new TlsFiles(
                directory.resolve("data/tls.crt"),
                directory.resolve("data/tls.key"),
                Duration.ofDays(1),
                TlsFiles.PATIENCE,
                warnings::add)) {
            assertThatThrownBy(empty::open)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("TLS_CERT_FILE")
                    .hasMessageContaining("has no PEM certificate");
        }
    }

    /** What the listener could not take is told once more. */
    @Test
    void aPairThatWasNotTakenIsToldAgain() throws Exception {
        files.onChange(pair -> {
            told.add(pair);
            if (told.size() == 1) {
                throw new IllegalStateException("for a test");
            }
        });
        swap("2", ServerCertificates.ALL.chain("rsa"), ServerCertificates.ALL.key("rsa"));
        FrontDoor.await(() -> told.size() == 2);
        assertThat(next()).isEqualTo("CN=rsa");
        assertThat(next()).isEqualTo("CN=rsa");
    }

    /** Each file alone, as an operator may replace one after the other. */
    @Test
    void aKeyThatIsWrittenInAnotherFormIsRead() throws Exception {
        swap("2", ServerCertificates.ALL.chain("ec"), ServerCertificates.olderKey("ec"));
        assertThat(next()).isEqualTo("CN=ec");
        assertThat(told).isEmpty();
    }

    /** CONTRACT 1.7: "nothing leaked". */
    @Test
    void aCloseEndsTheThread() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        files.onChange(pair -> reader.complete(Thread.currentThread()));
        swap("2", ServerCertificates.ALL.chain("rsa"), ServerCertificates.ALL.key("rsa"));
        Thread thread = reader.get(20, TimeUnit.SECONDS);
        assertThat(thread.isAlive()).isTrue();
        files.close();
        FrontDoor.await(() -> !thread.isAlive());
    }

    /** The largest that is read, and one byte more, which is no certificate chain. */
    @Test
    void aFileOf256KiBIsReadAndALargerOneIsNot() throws Exception {
        String chain = ServerCertificates.ALL.chain("rsa");
        String largest = chain + "#".repeat((256 << 10) - chain.length());
        swap("2", largest, ServerCertificates.ALL.key("rsa"));
        assertThat(next()).isEqualTo("CN=rsa");
        swap("3", largest + "#", ServerCertificates.ALL.key("rsa"));
        FrontDoor.await(() -> warnings.size() == 1);
        assertThat(last()).contains("is larger than 262144 bytes");
    }

    /** A FIFO blocks the thread that opens it. */
    @Test
    void aFileThatHangsKeepsTheOldPair() throws Exception {
        Path version = Files.createDirectory(directory.resolve("2"));
        Process mkfifo = new ProcessBuilder("mkfifo", version + "/tls.crt", version + "/tls.key").start();
        assertThat(mkfifo.waitFor()).isZero();
        Path link = Files.createSymbolicLink(directory.resolve("link"), version);
        Files.move(link, directory.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
        FrontDoor.await(() -> warnings.size() == 1);
        assertThat(last()).contains("is no regular file");

        swap("3", ServerCertificates.ALL.chain("rsa"), ServerCertificates.ALL.key("rsa"));
        assertThat(next()).isEqualTo("CN=rsa");
    }

    /** Nobody can look and open in one step: a FIFO that takes the file's place in between hangs, as a mount may. */
    @Test
    void aReadingThatHangsIsToldOnceAndThePairAfterItTaken() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path chain = directory.resolve("1/tls.crt");
        try (TlsFiles often =
                new TlsFiles(chain, directory.resolve("1/tls.key"), Duration.ofNanos(1), PATIENCE, warnings::add)) {
            files.close();
            often.open();
            often.onChange(told::add);
            // A look may also be slow, as the machine is. Then nothing hangs, and what follows holds all the same.
            FrontDoor.await(() -> {
                for (int i = 0; i < 100; i++) {
                    place(chain, link -> Files.writeString(link, ServerCertificates.ALL.chain("ec")));
                    place(chain, link -> Files.createLink(link, fifo));
                }
                return hangsTold() > 0 && isOpeningOne();
            });
            long told = hangsTold();
            long thrice = System.nanoTime() + PATIENCE.multipliedBy(3).toNanos();
            FrontDoor.await(() -> System.nanoTime() - thrice > 0);
            assertThat(hangsTold()).isEqualTo(told);
            place(chain, link -> Files.writeString(link, ServerCertificates.ALL.chain("rsa")));
            place(directory.resolve("1/tls.key"), link -> Files.writeString(link, ServerCertificates.ALL.key("rsa")));
            // Until now it waited for somebody who writes. To open a FIFO for both waits for nobody.
            new RandomAccessFile(fifo.toFile(), "rw").close();
            assertThat(next()).isEqualTo("CN=rsa");
        }
    }

    private long hangsTold() {
        return warnings.stream()
                .filter(warning -> warning.contains("tls.crt\": cannot be read within 2s; ")
                        && warning.endsWith("; the last good pair stays in use"))
                .count();
    }

    private static boolean isOpeningOne() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("tls-files-look"))
                .anyMatch(thread -> thread.getValue().length > 0
                        && thread.getValue()[0].getMethodName().startsWith("open"));
    }

    /** Puts a file in another's place in one step. */
    private void place(Path target, Written written) {
        Path beside = directory.resolve("beside");
        try {
            written.to(beside);
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Written {
        Path to(Path file) throws IOException;
    }
}
