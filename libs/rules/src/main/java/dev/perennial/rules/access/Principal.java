package dev.perennial.rules.access;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * A person or a program that acts.
 *
 * @param id for example {@code token:ci-shop} or {@code user:alice}
 * @param assigned the grants of a service token or a topic
 * @param configured the grants by rules of an identity provider
 * @param memberships the roles that come from the policy of an owner
 */
public record Principal(
        String id, List<Grant> assigned, List<ConfiguredGrant> configured, List<Membership> memberships) {
    public Principal {
        assigned = List.copyOf(assigned);
        configured = List.copyOf(configured);
        memberships = List.copyOf(memberships);
    }

    /** A member of no owner. */
    public Principal(String id, List<Grant> grants) {
        this(id, grants, List.of(), List.of());
    }

    /** The same principal with the grants for these resources only. */
    public Principal within(Collection<Resource> resources) {
        return new Principal(
                id,
                assigned.stream()
                        .flatMap(grant -> grant.within(resources).stream())
                        .toList(),
                configured.stream()
                        .flatMap(grant -> grant.within(resources).stream())
                        .toList(),
                memberships.stream()
                        .filter(it -> it.grant().within(resources).isPresent())
                        .toList());
    }

    /** All grants. */
    public List<Grant> grants() {
        return Stream.of(
                        assigned.stream(),
                        configured.stream().map(ConfiguredGrant::grant),
                        memberships.stream().map(Membership::grant))
                .flatMap(grants -> grants)
                .toList();
    }
}
