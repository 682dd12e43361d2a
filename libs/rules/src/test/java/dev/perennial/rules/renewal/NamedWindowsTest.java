package dev.perennial.rules.renewal;

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

    private final NamedWindows windows = windows("0 2 * * *", Optional.of("night"));

    @Test
    void selectsTheWindowByLabel() {
        assertThat(windows.of(Map.of("change-window", "evening")).firstOpen(NOON))
                .isEqualTo(Instant.parse("2026-11-21T20:00:00Z"));
    }

    @Test
    void usesTheDefaultWindowWithoutALabel() {
        assertThat(windows.of(Map.of()).firstOpen(NOON)).isEqualTo(NIGHT);
        assertThat(windows.nameOf(Map.of())).contains("night");
    }

    @Test
    void allowsChangesAtAnyTimeWithoutAWindow() {
        assertThat(NamedWindows.NONE.of(Map.of()).firstOpen(NOON)).isEqualTo(NOON);
        assertThat(windows.of(Map.of("change-window", "gone")).firstOpen(NOON)).isEqualTo(NOON);
    }

    @Test
    void refusesInvalidWindows() {
        assertThatThrownBy(() -> windows("0 2 * *", Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("perennial.change-windows.night");
        assertThatThrownBy(() -> windows("0 2 * * *", Optional.of("day")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'day'");
    }

    private static NamedWindows windows(String night, Optional<String> otherwise) {
        return NamedWindows.of(Map.of("night", opens(night), "evening", opens("0 20 * * *")), otherwise);
    }

    private static NamedWindows.Definition opens(String crontab) {
        return new NamedWindows.Definition(crontab, Duration.ofHours(4), ZoneId.of("UTC"));
    }
}
