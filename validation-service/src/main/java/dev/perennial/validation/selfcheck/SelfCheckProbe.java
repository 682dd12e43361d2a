package dev.perennial.validation.selfcheck;

import dev.perennial.acme.Authorization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import java.net.InetAddress;
import java.util.Optional;

/** One look at one address, as the CA would look. Blocks, for a bounded time. */
@FunctionalInterface
public interface SelfCheckProbe {
    /** @return why the CA would not find the answer there; empty where it would */
    Optional<Problem> at(InetAddress address, Identifier identifier, Authorization.Challenge challenge);
}
