// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is flat and what is not. */
class SeriesTest {

    private static final int SECONDS = 90;

    @Test
    void whatRisesAtFirstOrGoesUpAndDownIsFlat() {
        assertThat(series(second -> Math.min(second, 29)).isFlat(SECONDS)).isTrue();
        assertThat(series(second -> second % 7).isFlat(SECONDS)).isTrue();
        assertThat(series(second -> second > 62 && second < 88 ? 30 : 10).isFlat(SECONDS))
                .isTrue();
    }

    @Test
    void whatRisesAllTheTimeIsNot() {
        Series series = series(second -> second / 10);

        assertThat(series.isFlat(SECONDS)).isFalse();
        assertThat(series.verdict(SECONDS))
                .isEqualTo(
                        "leak: 3.0 MiB at least in the second third, 6.0 MiB in the last; 2.0 MiB more would be flat still");
    }

    @Test
    void aStepIsNotEither() {
        assertThat(series(second -> second < 60 ? 10 : 12.1).isFlat(SECONDS)).isFalse();
        assertThat(series(second -> second < 60 ? 10 : 12).isFlat(SECONDS)).isTrue();
    }

    @Test
    void whatWasNotMeasuredIsNoVerdict() {
        Series nothing = new Series("leak", "MiB", 2);

        assertThatThrownBy(() -> nothing.isFlat(SECONDS)).isInstanceOf(AssertionError.class);
    }

    private static Series series(DoubleUnaryOperator value) {
        Series series = new Series("leak", "MiB", 2);
        for (int second = 0; second < SECONDS; second++) {
            series.add(second, value.applyAsDouble(second));
        }
        return series;
    }
}
