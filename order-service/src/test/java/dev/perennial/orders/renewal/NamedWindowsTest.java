package dev.perennial.orders.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamedWindowsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant NIGHT = Instant.parse("2026-11-22T02:00:00Z");

    private final NamedWindows windows = NamedWindows.of(config("0 2 * * *", Optional.of("night")));

    @Test
    void letsACertificateChooseByItsLabel() {
        assertThat(windows.of(Map.of("change-window", "evening")).firstOpen(NOON))
                .isEqualTo(Instant.parse("2026-11-21T20:00:00Z"));
    }

    @Test
    void changesTheOthersInTheInstallationsWindow() {
        assertThat(windows.of(Map.of()).firstOpen(NOON)).isEqualTo(NIGHT);
        assertThat(windows.nameOf(Map.of())).contains("night");
    }

    @Test
    void changesAtAnyTimeWhereNobodySaysWhen() {
        assertThat(NamedWindows.NONE.of(Map.of()).firstOpen(NOON)).isEqualTo(NOON);
        assertThat(windows.of(Map.of("change-window", "gone")).firstOpen(NOON)).isEqualTo(NOON);
    }

    @Test
    void doesNotStartWithAWindowThatMakesNoSense() {
        assertThatThrownBy(() -> NamedWindows.of(config("0 2 * *", Optional.empty())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("perennial.change-windows.night");
        assertThatThrownBy(() -> NamedWindows.of(config("0 2 * * *", Optional.of("day"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'day'");
    }

    private static ChangeWindowsConfig config(String night, Optional<String> otherwise) {
        return new Configured(Map.of("night", new Opens(night), "evening", new Opens("0 20 * * *")), otherwise);
    }

    private record Configured(Map<String, Window> changeWindows, Optional<String> defaultChangeWindow)
            implements ChangeWindowsConfig {}

    private record Opens(String opens) implements ChangeWindowsConfig.Window {
        @Override
        public Duration duration() {
            return Duration.ofHours(4);
        }

        @Override
        public ZoneId zone() {
            return ZoneId.of("UTC");
        }
    }
}
