package dev.perennial.vault;

import java.time.Duration;
import java.time.Instant;

/**
 * The pauses between logins that follow a refusal: a login per refused call would load Vault, and Vault locks roles
 * with many failed logins. Not safe for concurrent use.
 */
final class LoginBackoff {
    private final Duration shortest;
    private final Duration longest;
    private Duration pause;
    private Instant next = Instant.MIN;

    /** Each pause is twice as long as the one before. */
    LoginBackoff(Duration shortest, Duration longest) {
        this.shortest = shortest;
        this.longest = longest;
        this.pause = shortest;
    }

    boolean allows(Instant now) {
        return !now.isBefore(next);
    }

    /** The rest of the current pause. */
    Duration remaining(Instant now) {
        return allows(now) ? Duration.ZERO : Duration.between(now, next);
    }

    /** Begins the next pause. If the last one ended long ago, the pauses begin again. */
    void startPause(Instant now) {
        boolean apart = next.equals(Instant.MIN) || next.plus(longest).isBefore(now);
        Duration doubled = pause.multipliedBy(2);
        pause = apart ? shortest : doubled.compareTo(longest) > 0 ? longest : doubled;
        next = now.plus(pause);
    }
}
