package dev.perennial.simulation;

import java.time.Duration;

/** How long certificates live: as they do today, as they will from 2029, and Let's Encrypt's short-lived ones (160 hours). */
enum Lifetime {
    DAYS_90(Duration.ofDays(90)),
    DAYS_47(Duration.ofDays(47)),
    DAYS_6(Duration.ofHours(160));

    private final Duration life;

    Lifetime(Duration life) {
        this.life = life;
    }

    /** In seconds. */
    int seconds() {
        return (int) life.toSeconds();
    }

    /** For a person. */
    String words() {
        return life.toDays() + " days";
    }
}
