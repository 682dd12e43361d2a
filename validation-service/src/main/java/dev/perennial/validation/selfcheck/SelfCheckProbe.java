package dev.perennial.validation.selfcheck;

import dev.perennial.acme.Authorization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import java.net.InetAddress;
import java.util.Optional;

/** Requests the response from one address, as the CA does. Blocks for a bounded time. */
@FunctionalInterface
public interface SelfCheckProbe {
    /**
     * @return the reason why the CA's validation would fail at this address; empty if it would succeed, or if only the
     *     CA can find out
     * @throws dev.perennial.validation.challenges.NoAnswerException if nothing answers at this address
     */
    Optional<Problem> at(InetAddress address, Identifier identifier, Authorization.Challenge challenge);
}
