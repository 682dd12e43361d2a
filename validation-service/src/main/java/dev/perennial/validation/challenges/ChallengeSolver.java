package dev.perennial.validation.challenges;

import dev.perennial.acme.Authorization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.selection.ChallengeRules;
import java.util.Optional;

/** One way to prove control of an identifier. A new challenge type is one more bean of this type. */
public interface ChallengeSolver {
    /** The ACME challenge type, for example {@code http-01}. */
    String challengeType();

    /** The same for orders that are proven by these rules; they say who writes DNS records. */
    default ChallengeSolver by(ChallengeRules rules) {
        return this;
    }

    /** Whether it can prove this authorization at all: http-01 cannot prove a wildcard. */
    boolean suits(Authorization authorization);

    /**
     * Puts the answer where the CA will look. Doing it twice is harmless. Blocks.
     *
     * @throws dev.perennial.events.RetryLater where that place cannot be reached
     * @throws PresentationException where that place does not take it, and will not while nobody changes something
     */
    void present(Identifier identifier, Authorization.Challenge challenge);

    /**
     * Looks where the CA will look, for as long as it makes sense. Blocks.
     *
     * @return why the CA would not find the answer; empty where it would
     */
    Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge);

    /**
     * Takes the answer back, and no other one that may stand beside it. No error where there is none. Blocks.
     *
     * @throws dev.perennial.events.RetryLater where that place cannot be reached
     * @throws PresentationException where that place does not let go of it
     */
    void withdraw(Identifier identifier, Authorization.Challenge challenge);
}
