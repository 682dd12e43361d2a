package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class OwnerWindowTest {
    @Test
    void narrowsToItsMinimumWhileEverythingFails() {
        OwnerWindow window = after(1_000, OwnerWindow::afterFailure);

        assertThat(window.admits(7)).isTrue();
        assertThat(window.admits(8)).isFalse();
    }

    @Test
    void widensToItsMaximumWhileEverythingIsProven() {
        assertThat(after(2_000, OwnerWindow::afterProof).size()).isEqualTo(1_000);
    }

    /** A large owner always has some names that fail. */
    @Test
    void widensWhileLessThanHalfFails() {
        Random random = new Random(1);
        OwnerWindow window = after(10_000, now -> random.nextInt(100) < 40 ? now.afterFailure() : now.afterProof());

        assertThat(window.size()).isGreaterThan(900);
    }

    @Test
    void widensAgainAfterFailures() {
        OwnerWindow window = OwnerWindow.INITIAL;
        for (int i = 0; i < 100; i++) {
            window = window.afterFailure();
        }

        assertThat(window.afterProof().admits(8)).isTrue();
    }

    private static OwnerWindow after(int times, UnaryOperator<OwnerWindow> change) {
        OwnerWindow window = OwnerWindow.INITIAL;
        for (int i = 0; i < times; i++) {
            window = change.apply(window);
        }
        return window;
    }
}
