package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OrdersInProgressTest {
    @Test
    void givesOneIssuerHalfOfTheCapacity() {
        assertThat(filled(empty(1_000), "hanging").byIssuer()).isEqualTo(Map.of("hanging", 500));
    }

    @Test
    void givesASecondIssuerHalfOfTheRest() {
        OrdersInProgress both = filled(filled(empty(1_000), "first"), "second");

        assertThat(both.byIssuer()).isEqualTo(Map.of("first", 500, "second", 250));
    }

    @Test
    void admitsANewIssuerBesideSeveralThatHang() {
        OrdersInProgress hanging = empty(1_000);
        for (int i = 0; i < 8; i++) {
            hanging = filled(hanging, "hanging-" + i);
        }

        assertThat(hanging.admits("new")).isTrue();
    }

    @Test
    void admitsNoOrderBeyondTheCapacity() {
        OrdersInProgress lowered = new OrdersInProgress(10, Map.of("a", 9, "b", 4));

        assertThat(lowered.admits("a")).isFalse();
        assertThat(lowered.admits("new")).isFalse();
    }

    @Test
    void admitsAnIssuerAgainAsItsOrdersLeave() {
        assertThat(new OrdersInProgress(10, Map.of("a", 5)).admits("a")).isFalse();
        assertThat(new OrdersInProgress(10, Map.of("a", 4)).admits("a")).isTrue();
    }

    @Test
    void letsPreferredOrdersTakeHalfOfTheIssuersShareAndNothingFromOthers() {
        OrdersInProgress interrupted = new OrdersInProgress(1_000, Map.of(), Map.of("failing", 800));

        assertThat(filled(interrupted, "failing").byIssuer()).isEqualTo(Map.of("failing", 375));
        assertThat(filled(interrupted, "healthy").byIssuer()).isEqualTo(Map.of("healthy", 500));
        assertThat(filled(filled(interrupted, "failing"), "healthy").admits("new"))
                .isTrue();
    }

    private static OrdersInProgress empty(int capacity) {
        return new OrdersInProgress(capacity, Map.of());
    }

    private static OrdersInProgress filled(OrdersInProgress before, String issuer) {
        OrdersInProgress now = before;
        while (now.admits(issuer)) {
            now = now.and(issuer);
        }
        return now;
    }
}
