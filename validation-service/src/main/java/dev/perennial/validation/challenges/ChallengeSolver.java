package dev.perennial.validation.challenges;

import dev.perennial.acme.Authorization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.selection.ChallengeRules;
import java.util.Optional;

/** Solves challenges of one type. A new challenge type is one more bean of this type. */
public interface ChallengeSolver {
    /** The ACME challenge type, for example {@code http-01}. */
    String challengeType();

    /** The same solver for the orders of an issuer, whose rules select the DNS provider. */
    default ChallengeSolver forIssuer(String issuer, ChallengeRules rules) {
        return this;
    }

    /** Whether this type can validate the authorization: http-01, for example, cannot validate a wildcard. */
    boolean supports(Authorization authorization);

    /**
     * Presents the response where the CA requests it. Idempotent. Blocks.
     *
     * @throws NoAnswerException if no server answers for the name
     * @throws dev.perennial.events.RetryLater if the target is unavailable
     * @throws PresentationException if the target refuses the response until someone changes its configuration
     */
    void present(Identifier identifier, Authorization.Challenge challenge);

    /**
     * Requests the response as the CA does, with retries up to a time limit. Blocks.
     *
     * @return the reason why the CA's validation would fail; empty if it would succeed
     * @throws NoAnswerException if no server answers for the name until the limit
     */
    Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge);

    /**
     * Removes this response and no other. Succeeds if there is none. Blocks.
     *
     * @throws dev.perennial.events.RetryLater if the target is unavailable
     * @throws PresentationException if the target refuses the removal
     */
    void withdraw(Identifier identifier, Authorization.Challenge challenge);
}
