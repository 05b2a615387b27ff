// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A command that is overlooked would be checked by nobody. */
class ShellScriptTest {

    private static List<List<String>> commands(String script) {
        return ShellScript.of(script).commands;
    }

    @Test
    void findsCommandsWhereverTheyStand() {
        assertThat(commands("""
                a 1 && b 2 | c 3; d || e &
                (f && g) # no command
                h "$(i "$(j 'k l')")" > "$out" 2>/dev/null \\
                  --last
                m <(n o) < in
                """))
                .containsExactly(
                        List.of("a", "1"),
                        List.of("b", "2"),
                        List.of("c", "3"),
                        List.of("d"),
                        List.of("e"),
                        List.of("f"),
                        List.of("g"),
                        List.of("j", "k l"),
                        List.of("i", "$()"),
                        List.of("h", "$()", "--last"),
                        List.of("n", "o"),
                        List.of("m", "<()"));
    }

    @Test
    void findsCommandsInFunctionsAndLoops() {
        ShellScript script = ShellScript.of("""
                again() { first "$@"; }
                while sleep 9; do again; done
                until [ -n "$x" ]; do again; done
                for path in /a /b; do
                  last "$path"
                done
                """);

        assertThat(script.functions).containsExactly("again");
        assertThat(script.commands)
                .containsExactly(
                        List.of("first", "$@"),
                        List.of("sleep", "9"),
                        List.of("again"),
                        List.of("[", "-n", "$x", "]"),
                        List.of("again"),
                        List.of("last", "$path"));
    }

    @Test
    void findsVariables() {
        ShellScript script = ShellScript.of("""
                A=1 B="$C" run '$NOT' "${D#https://}"
                export E=2 F
                read G
                """);

        assertThat(script.assigned).containsExactly("A", "B", "E", "F", "G");
        assertThat(script.used).containsExactly("C", "D");
    }

    @Test
    void takesNothingOfAHereDocumentForACommand() {
        ShellScript script = ShellScript.of("""
                apply -f - <<END
                kind: Secret of $NAME
                END
                next
                """);

        assertThat(script.commands).containsExactly(List.of("apply", "-f", "-"), List.of("next"));
        assertThat(script.used).containsExactly("NAME");
    }
}
