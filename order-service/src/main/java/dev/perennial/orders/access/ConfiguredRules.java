package dev.perennial.orders.access;

import dev.perennial.rules.access.ConfiguredGrant;

/** The rules of the identity providers in the configuration of this process. */
@FunctionalInterface
public interface ConfiguredRules {
    /** Whether the rule that gave a grant is still configured, for the same provider. */
    boolean contains(ConfiguredGrant grant);
}
