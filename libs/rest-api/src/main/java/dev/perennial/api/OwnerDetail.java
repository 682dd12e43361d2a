package dev.perennial.api;

import java.util.Map;
import java.util.Optional;

/**
 * An owner of certificates.
 *
 * @param listed whether the policy lists it
 * @param policy its restrictions, contacts and members; absent if the policy does not list it
 * @param quota what requests of the owner may create
 * @param certificates the number of its certificates by the state of their latest order
 */
public record OwnerDetail(
        String name,
        boolean listed,
        Optional<OwnerPolicyDetail> policy,
        OwnerQuotaDetail quota,
        Map<CertificateState, Long> certificates) {
    public OwnerDetail {
        policy = Absent.asEmpty(policy);
        certificates = certificates == null ? Map.of() : Map.copyOf(certificates);
    }
}
