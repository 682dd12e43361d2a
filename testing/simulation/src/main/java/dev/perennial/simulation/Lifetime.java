package dev.perennial.simulation;

import java.time.Duration;

/** Lifetimes of certificates: the usual one today, the maximum from 2029 on, and Let's Encrypt's short-lived profile (160 hours). */
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

    /** For the report, for example {@code 90 days}. */
    String text() {
        return life.toDays() + " days";
    }
}
