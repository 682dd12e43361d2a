package dev.perennial.rules.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The one decision about access, for REST, Kafka and the command line. Pure. */
public final class AccessRules {
    /** A denial is an answer and a line of the log; a member of many owners has as many grants. */
    private static final int MAX_REASON_GRANTS = 5;

    private AccessRules() {}

    /** Denied unless a grant of the principal has a role of the action and covers the resource. */
    public static AccessDecision authorize(Principal principal, Action action, Resource resource) {
        return granting(principal, action).stream()
                .filter(grant -> action.isUnscoped() || grant.covers(resource))
                .findFirst()
                .<AccessDecision>map(grant -> new AccessDecision.Allowed(grant.toString()))
                .orElseGet(() -> denied(principal, action, action.roles()));
    }

    /** The grants of the principal whose role may do this: they cover the resources on which it may. */
    public static List<Grant> granting(Principal principal, Action action) {
        return principal.grants().stream()
                .filter(grant -> action.roles().contains(grant.role()))
                .toList();
    }

    /** Whether a grant that allows the action names the owner of the resource, and not all owners. */
    public static boolean isOwn(Principal principal, Action action, Resource resource) {
        return granting(principal, action).stream()
                .filter(grant -> grant.covers(resource))
                .anyMatch(grant ->
                        resource.owner().filter(grant.owners()::contains).isPresent());
    }

    /** A grant of the principal that has one of the roles and covers the resource. */
    public static Optional<Grant> grantOf(Principal principal, Set<Role> roles, Resource resource) {
        return principal.grants().stream()
                .filter(grant -> roles.contains(grant.role()) && grant.covers(resource))
                .findFirst();
    }

    /** The denial of an action that requires, on this resource, one of these roles. */
    public static AccessDecision.Denied denied(Principal principal, Action action, Set<Role> roles) {
        return new AccessDecision.Denied(rule(action, roles), reason(principal, action, roles));
    }

    private static String rule(Action action, Set<Role> roles) {
        return action.wireName() + " requires " + names(roles);
    }

    private static String names(Set<Role> roles) {
        return roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(" or "));
    }

    /** Without the resource: the principal may not even know its name. */
    private static String reason(Principal principal, Action action, Set<Role> roles) {
        List<Grant> grants = principal.grants();
        String granted =
                grants.stream().limit(MAX_REASON_GRANTS).map(Grant::toString).collect(Collectors.joining("; "))
                        + (grants.size() > MAX_REASON_GRANTS
                                ? "; and " + (grants.size() - MAX_REASON_GRANTS) + " more grants"
                                : "");
        return "'" + principal.id() + "' may not do '" + action.wireName() + "' here: it requires the role "
                + names(roles)
                + " for this resource, and the principal has: " + (granted.isEmpty() ? "nothing" : granted);
    }
}
