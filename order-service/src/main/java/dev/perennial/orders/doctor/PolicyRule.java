package dev.perennial.orders.doctor;

import dev.perennial.events.Identifier;
import dev.perennial.orders.requests.Policy;

/** Whether this installation would ask for it at all. Pure. */
final class PolicyRule {
    static final String NAME = "allowed here";

    private PolicyRule() {}

    static Hop hop(Policy policy, Identifier identifier) {
        String list = identifier.ofType(Identifier.IP) ? "allowed-networks" : "allowed-suffixes";
        return policy.allows(identifier)
                ? Hop.passed(NAME, "inside perennial.policy." + list)
                : Hop.failed(
                        NAME,
                        identifier.value() + " is not inside perennial.policy." + list + "; nothing else was looked at",
                        "add its " + (identifier.ofType(Identifier.IP) ? "network" : "domain") + " to perennial.policy."
                                + list);
    }
}
