package dev.perennial.rules.access;

import java.util.List;
import java.util.stream.Collectors;

/** The one decision about access, for REST, Kafka and the command line. Pure. */
public final class AccessRules {
    private AccessRules() {}

    /** Denied unless a grant of the principal has a role of the action and covers the resource. */
    public static AccessDecision authorize(Principal principal, Action action, Resource resource) {
        return granting(principal, action).stream()
                .filter(grant -> action.isUnscoped() || grant.covers(resource))
                .findFirst()
                .<AccessDecision>map(grant -> new AccessDecision.Allowed(grant.toString()))
                .orElseGet(() -> new AccessDecision.Denied(rule(action), reason(principal, action)));
    }

    /** The grants of the principal whose role may do this: they cover the resources on which it may. */
    public static List<Grant> granting(Principal principal, Action action) {
        return principal.grants().stream()
                .filter(grant -> action.roles().contains(grant.role()))
                .toList();
    }

    private static String rule(Action action) {
        return action.wireName() + " requires "
                + action.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining(" or "));
    }

    /** Without the resource: the principal may not even know its name. */
    private static String reason(Principal principal, Action action) {
        String granted = principal.grants().stream().map(Grant::toString).collect(Collectors.joining("; "));
        return "'" + principal.id() + "' may not do '" + action.wireName() + "' here: it requires the role "
                + action.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining(" or "))
                + " for this resource, and the principal has: " + (granted.isEmpty() ? "nothing" : granted);
    }
}
