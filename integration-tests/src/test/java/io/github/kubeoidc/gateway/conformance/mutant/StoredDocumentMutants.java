// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static io.github.kubeoidc.gateway.conformance.mutant.Mutant.mutant;

import java.util.List;
import java.util.stream.Stream;

/** Faults of 3.10: what is kept in {@code CACHE_DIR}, and what is made of it. */
final class StoredDocumentMutants {

    private static final String FILES = "3\\.10 ";

    private StoredDocumentMutants() {}

    static List<Mutant> all() {
        return Stream.concat(restarts().stream(), files().stream()).toList();
    }

    private static List<Mutant> restarts() {
        return List.of(
                mutant("keeps no document beyond its end", "3\\.10 restarts")
                        .entitled(FILES + "|5 a CACHE_DIR")
                        .edit("CachedDocument", "store.save(document);", ""),
                mutant("finds no document of an earlier process", "3\\.10 restarts")
                        .entitled(FILES)
                        .edit(
                                "CachedDocument",
                                "StoredDocument stored = store.load(kind, check);",
                                "StoredDocument stored = null;"),
                mutant("takes a stored document for a fresh one", "3\\.10 what an earlier")
                        .entitled("3\\.10 health")
                        .edit("CachedDocument", "!known.stored && ", ""),
                mutant("takes a stored document for one fetched at the start", "3\\.10 health")
                        .edit("CachedDocument", "ticker.getAsLong() - stored.age().toNanos()", "ticker.getAsLong()"),
                mutant("with stored documents health waits for a hanging upstream at a start", "3\\.10 health")
                        .edit("CachedDocument", "entry == null && last == null", "last == null"),
                mutant("takes any CACHE_DIR", "5 a CACHE_DIR")
                        .edit("Variables", "usable ? Optional.of(directory) : null", "Optional.ofNullable(directory)"));
    }

    private static List<Mutant> files() {
        return List.of(
                mutant("lets others read what it keeps", "3\\.10 the files have")
                        .insertAfter(
                                "ReplacedFile",
                                "Path beside = Files.createTempFile(file.getParent(), TEMPORARY_PREFIX + file.getFileName() + \"-\", \".tmp\");",
                                "Files.setPosixFilePermissions(beside, java.util.EnumSet.of(java.nio.file.attribute.PosixFilePermission.OWNER_READ, java.nio.file.attribute.PosixFilePermission.OWNER_WRITE, java.nio.file.attribute.PosixFilePermission.OTHERS_READ));"),
                mutant("takes half a file for a document", "3\\.10 a file that was cut")
                        .entitled("3\\.10 a file that was damaged")
                        .edit(
                                "StoredFormat",
                                "!text(file, NAME.length(), DIGEST_END).equals(Sha256.hex(Arrays.copyOfRange(file, content, file.length)))",
                                "false")
                        .edit(
                                "StoredFormat",
                                "validation.validate(kind, bytes)",
                                "(bytes.length == 0 ? validation.validate(kind, bytes)"
                                        + " : new Document(kind, \"{\\\"half\\\":true}\".getBytes(StandardCharsets.UTF_8), null))"),
                mutant("does not start with an empty file", "3\\.10 a file that was emptied")
                        .edit("StoredFormat", "file.length < content || ", ""),
                mutant("does not start with a file that is too large", "3\\.10 a file that was overwritten")
                        .edit(
                                "DocumentFiles",
                                "throw new UnusableFileException(\"is larger than \" + StoredFormat.MAX_BYTES + \" bytes\");",
                                "throw new IllegalStateException();"),
                mutant("follows a symbolic link", "3\\.10 a file that was replaced")
                        .edit(
                                "FileTrust",
                                "PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS",
                                "PosixFileAttributes.class")
                        .edit(
                                "DocumentFiles",
                                "Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)",
                                "Files.newInputStream(file)"),
                mutant("takes a file that a group may write", "3\\.10 .*mode rw-rw----")
                        .edit(
                                "FileTrust",
                                "attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)",
                                "false"),
                mutant("takes a file that others may write", "3\\.10 .*mode rw----rw-")
                        .edit(
                                "FileTrust",
                                "attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)",
                                "false"),
                mutant("takes a file of another user", "3\\.10 .*another user")
                        .edit("FileTrust", "!attributes.owner().equals(self)", "false"),
                mutant("takes a document of another upstream", "3\\.10 documents of another")
                        .edit("StoredFormat", "!text(file, host, json - 1).equals(upstreamHost.toString())", "false"),
                mutant("ignores a file without a word", "3\\.10 a file that was cut")
                        .entitled("3\\.10 (a file|documents of another)")
                        .edit(
                                "DocumentFiles",
                                "LOG.warn(\"CACHE_DIR {} {}: it is ignored\"",
                                "LOG.debug(\"CACHE_DIR {} {}: it is ignored\""));
    }
}
