package dev.perennial.rules.access;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which service tokens need the approval of a second person, and how long the bootstrap token creates tokens. */
public final class TokenRules {
    /** So that there are two persons from the beginning. */
    static final int FIRST_ADMINS = 2;

    /** The roles of at least one action that needs a person. */
    private static final Set<Role> OF_PERSONS = Arrays.stream(Action.values())
            .filter(Action::needsPerson)
            .flatMap(action -> action.roles().stream())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));

    private TokenRules() {}

    /**
     * Whether a token with these grants could do what its creator may not do alone. It may be the second person: decide
     * about requests, or change the installation, whatever its grants cover. Or a grant names an owner, so that it may
     * revoke and transfer the owner's certificates without a second person ({@link AccessRules#isOwn}).
     */
    public static boolean needsSecondPerson(List<Grant> grants) {
        return grants.stream().anyMatch(grant -> OF_PERSONS.contains(grant.role()) || revokesAlone(grant));
    }

    private static boolean revokesAlone(Grant grant) {
        return Action.CERTIFICATE_REVOKE.roles().contains(grant.role())
                && grant.owners().stream().anyMatch(owner -> !owner.equals(Grant.ALL));
    }

    /** Whether a principal is an admin of the installation. */
    public static boolean isAdmin(Principal principal) {
        return AccessRules.authorize(principal, Action.TOKEN_CHANGE, Resource.INSTALLATION)
                .isAllowed();
    }

    /**
     * Whether the bootstrap token may create a token. With four eyes, it creates those of two admins, and never one
     * afterwards: an admin who can read it could otherwise revoke the tokens of the others, and be two persons.
     *
     * @param ever tokens of admins that have ever been usable
     * @param usable tokens of admins that are usable
     */
    public static AccessDecision bootstrap(boolean fourEyes, int ever, int usable) {
        if (fourEyes) {
            return ever < FIRST_ADMINS
                    ? new AccessDecision.Allowed("bootstrap token, and fewer than two admins have had a token")
                    : ended(
                            "while fewer than two admins have had a token; use the token of an admin, or, if there is none,"
                                    + " set perennial.four-eyes=off");
        }
        return usable == 0
                ? new AccessDecision.Allowed("bootstrap token, and no token of an admin exists")
                : ended("while no token of an admin exists; use the token of an admin");
    }

    private static AccessDecision ended(String condition) {
        return new AccessDecision.Denied(
                "the bootstrap token creates the first tokens only",
                "the bootstrap token can be used only " + condition);
    }
}
