package dev.perennial.orders.doctor;

import dev.perennial.events.Identifier;
import dev.perennial.rules.requests.IssuerPolicy;
import dev.perennial.rules.requests.Policy;
import java.util.Optional;

/** Checks whether this installation would order the identifier from this issuer. Pure. */
final class PolicyCheck {
    static final String NAME = "allowed by policy";

    private PolicyCheck() {}

    static Hop hop(Policy policy, Optional<IssuerPolicy> issuer, Identifier identifier) {
        String list = identifier.ofType(Identifier.IP) ? "allowed-networks" : "allowed-suffixes";
        String what = identifier.ofType(Identifier.IP) ? "network" : "domain";
        if (!policy.allows(identifier)) {
            return Hop.failed(
                    NAME,
                    identifier.value() + " is not in perennial.policy." + list + "; nothing else was checked",
                    "add its " + what + " to perennial.policy." + list);
        }
        return issuer.filter(its -> !its.allows(identifier)).isEmpty()
                ? Hop.passed(NAME, "in perennial.policy." + list)
                : Hop.failed(
                        NAME,
                        "it is not in allowedSuffixes or allowedNetworks of the issuer; nothing else was checked",
                        "add its " + what + " to the issuer, or check the name at another issuer");
    }
}
