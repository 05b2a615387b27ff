// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run showed. */
public interface Report {

    /** Everything that was not as promised; nothing if all is well. */
    List<String> wrongs();

    /** The figures, in whole lines. */
    String figures();

    /** The picture. */
    String svg() throws IOException;

    /**
     * Prints figures and verdict, and leaves the picture.
     *
     * @param folder where the picture goes; made where it is missing
     * @param name its name, without {@code .svg}
     * @return its path
     * @throws IOException if it cannot be written
     */
    default Path publish(Path folder, String name) throws IOException {
        System.out.print(figures());
        wrongs().stream().limit(50).forEach(wrong -> System.out.println("WRONG: " + wrong));
        System.out.println(wrongs().isEmpty() ? "all is well" : wrongs().size() + " things are wrong");
        Path picture = Files.writeString(Files.createDirectories(folder).resolve(name + ".svg"), svg());
        System.out.println("picture: " + picture);
        return picture;
    }

    /** {@link #publish} as the end of a program: with status 0 if all is well, or else 1. */
    default void publishAndExit(Path folder, String name) throws IOException {
        publish(folder, name);
        System.exit(wrongs().isEmpty() ? 0 : 1);
    }
}
