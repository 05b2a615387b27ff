// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A run of the command in this process, and what it left. */
record Run(int status, String out, String err) {

    static Run of(String... arguments) {
        return of(false, false, arguments);
    }

    static Run of(boolean terminal, boolean coloured, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = new ConformanceMain(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        terminal,
                        coloured)
                .run(List.of(arguments));
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
