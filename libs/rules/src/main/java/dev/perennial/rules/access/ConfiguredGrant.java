package dev.perennial.rules.access;

import java.util.Collection;
import java.util.Optional;

/**
 * A grant by a rule of an identity provider in the configuration. It lasts only as long as the configuration contains the rule.
 *
 * @param provider the name of the identity provider
 * @param rule as {@link ClaimRule#text} describes it
 */
public record ConfiguredGrant(String provider, String rule, Grant grant) {
    Optional<ConfiguredGrant> within(Collection<Resource> resources) {
        return grant.within(resources).map(it -> new ConfiguredGrant(provider, rule, it));
    }
}
