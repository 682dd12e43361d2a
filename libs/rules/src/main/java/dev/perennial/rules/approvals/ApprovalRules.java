package dev.perennial.rules.approvals;

import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Who may decide about a request of another principal. */
public final class ApprovalRules {
    /** The roles that an approval can require. */
    public static final Set<Role> DECIDING = Set.of(Role.APPROVER, Role.ADMIN);

    private ApprovalRules() {}

    /** How a principal is related to the requester. */
    public enum Relation {
        SAME,
        /** One of them created the other one, directly or through further tokens. */
        CREATED,
        NONE
    }

    /** A principal with the role, or an admin, whose grant covers the resource, and who is not the requester in another form. */
    public static AccessDecision mayDecide(Principal principal, Relation toRequester, Role role, Resource resource) {
        Optional<Grant> grant = AccessRules.grantOf(principal, rolesFor(role), resource);
        if (grant.isEmpty()) {
            return AccessRules.denied(principal, Action.APPROVAL_DECIDE, rolesFor(role));
        }
        return switch (toRequester) {
            case NONE -> new AccessDecision.Allowed(grant.get().toString());
            case SAME -> second("'" + principal.id() + "' has made this request: another principal has to decide");
            case CREATED ->
                second("'" + principal.id()
                        + "' and the requester are not two persons: one of them has created the token of"
                        + " the other; another principal has to decide");
        };
    }

    /**
     * A principal that is allowed by its role, and is not the one who planned what it approves.
     *
     * @param allowed by which rule
     */
    public static AccessDecision mayApprovePlan(Principal principal, Relation toPlanner, String allowed) {
        return switch (toPlanner) {
            case NONE -> new AccessDecision.Allowed(allowed);
            case SAME -> second("'" + principal.id() + "' has planned it: another principal has to approve it");
            case CREATED ->
                second("'" + principal.id()
                        + "' and the one who planned it are not two persons: one of them has created the"
                        + " token of the other; another principal has to approve it");
        };
    }

    private static AccessDecision second(String reason) {
        return new AccessDecision.Denied("the requester never decides", reason);
    }

    /** Whether a grant of the principal satisfies the role for the resource. */
    public static boolean satisfies(Principal principal, Role role, Resource resource) {
        return AccessRules.grantOf(principal, rolesFor(role), resource).isPresent();
    }

    private static Set<Role> rolesFor(Role role) {
        return EnumSet.of(role, Role.ADMIN);
    }
}
