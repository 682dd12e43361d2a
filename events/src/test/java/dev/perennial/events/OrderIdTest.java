package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderIdTest {
    @Test
    void sortsAfterTheLatestOrderWhateverTheClock() {
        List<String> ids = new ArrayList<>(List.of("0fffffff-ffff-7fff-bfff-ffffffffffff"));

        for (int i = 0; i < 100; i++) {
            ids.add(OrderId.after(OrderId.of(ids.getLast())).toString());
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids).allSatisfy(id -> {
            assertThat(OrderId.of(id).value().version()).isEqualTo(7);
            assertThat(OrderId.of(id).value().variant()).isEqualTo(2);
        });
    }

    @Test
    void hasTheTimeOfTheClockIfTheLatestOrderIsEarlier() {
        OrderId earlier = OrderId.of("01900000-0000-7000-8000-000000000000");
        long before = System.currentTimeMillis();

        OrderId next = OrderId.after(earlier);

        assertThat(next.value().getMostSignificantBits() >>> 16).isGreaterThanOrEqualTo(before);
    }
}
