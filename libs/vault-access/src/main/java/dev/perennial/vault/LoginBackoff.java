package dev.perennial.vault;

import java.time.Duration;
import java.time.Instant;

/**
 * The pauses between logins that follow the refusal of a token: a login per refused call would load Vault, and Vault
 * locks roles with many failed logins. Not safe for concurrent use.
 */
final class LoginBackoff {
    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Duration pause = SHORTEST;
    private Instant next = Instant.MIN;

    boolean allows(Instant now) {
        return !now.isBefore(next);
    }

    /** Counts a login. Logins that are far apart have causes of their own, and the pauses begin again. */
    void loggedIn(Instant now) {
        boolean apart = next.equals(Instant.MIN) || next.plus(LONGEST).isBefore(now);
        Duration doubled = pause.multipliedBy(2);
        pause = apart ? SHORTEST : doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        next = now.plus(pause);
    }
}
