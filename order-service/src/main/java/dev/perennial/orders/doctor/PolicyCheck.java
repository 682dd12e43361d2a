package dev.perennial.orders.doctor;

import dev.perennial.events.Identifier;
import dev.perennial.rules.requests.IssuerPolicy;
import dev.perennial.rules.requests.Policy;
import java.util.Optional;

/** Whether this installation would ask this issuer for it at all. Pure. */
final class PolicyCheck {
    static final String NAME = "allowed here";

    private PolicyCheck() {}

    static Hop hop(Policy policy, Optional<IssuerPolicy> issuer, Identifier identifier) {
        String list = identifier.ofType(Identifier.IP) ? "allowed-networks" : "allowed-suffixes";
        String what = identifier.ofType(Identifier.IP) ? "network" : "domain";
        if (!policy.allows(identifier)) {
            return Hop.failed(
                    NAME,
                    identifier.value() + " is not inside perennial.policy." + list + "; nothing else was checked",
                    "add its " + what + " to perennial.policy." + list);
        }
        return issuer.filter(its -> !its.allows(identifier)).isEmpty()
                ? Hop.passed(NAME, "inside perennial.policy." + list)
                : Hop.failed(
                        NAME,
                        "the issuer's allowedSuffixes and allowedNetworks leave it out; nothing else was checked",
                        "add its " + what + " to the issuer's, or check it at another issuer");
    }
}
