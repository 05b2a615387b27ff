// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import java.io.IOException;
import java.nio.file.Path;

/** The two rotations as a program, with a picture at the end. */
public final class RotationMain {

    private RotationMain() {}

    /**
     * Plays both and ends the process: with status 0 if all was well, 1 if not, 2 if the arguments are wrong.
     *
     * @param arguments the gateway's launcher; a directory for {@code rotation.svg}
     * @throws IOException if files cannot be written
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2) {
            System.err.println("usage: rotation");
            System.exit(2);
        }
        System.out.println("playing an announced rotation and a hard one, about a minute");
        new Rotation(Path.of(arguments[0]), Rotation.Settings.FAST)
                .run()
                .publishAndExit(Path.of(arguments[1]), "rotation");
    }
}
