package dev.perennial.orders.doctor;

import dev.perennial.orders.doctor.CaaChecks.Applicant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares CAA records with the CAs, accounts and challenges of this installation (RFC 8659, RFC 8657). Pure. */
final class CaaComparison {
    private CaaComparison() {}

    /**
     * @param issuers the applicants by issuer
     * @return what the records permit to others, and whom of this installation they exclude
     */
    static List<String> findings(CaaSet existing, boolean wildcard, Map<String, Applicant> issuers) {
        List<CaaPermission> permissions = existing.permissions(wildcard);
        if (permissions.isEmpty()) {
            return List.of("no CAA record about issuance, so any CA may issue to any account");
        }
        Set<String> findings = new LinkedHashSet<>();
        permissions.forEach(permission -> excess(permission, issuers.values()).ifPresent(findings::add));
        issuers.forEach((issuer, applicant) -> {
            if (permissions.stream().noneMatch(permission -> permits(permission, applicant))) {
                findings.add("the CA of the issuer " + issuer + " may not issue");
            }
        });
        return List.copyOf(findings);
    }

    private static boolean permits(CaaPermission permission, Applicant applicant) {
        return applicant.identities().contains(permission.issuer())
                && permission.mismatch(applicant.account(), applicant.methods()).isEmpty();
    }

    private static Optional<String> excess(CaaPermission permission, Collection<Applicant> applicants) {
        if (permission.issuer().isEmpty()) {
            return Optional.empty();
        }
        List<Applicant> ours = applicants.stream()
                .filter(applicant -> applicant.identities().contains(permission.issuer()))
                .toList();
        if (ours.isEmpty()) {
            return Optional.of(permission.issuer()
                    + " may issue, which is the CA neither of the checked issuer nor of its fallbacks and rehearsals");
        }
        List<String> accounts =
                ours.stream().flatMap(it -> it.account().stream()).toList();
        List<String> methods =
                ours.stream().flatMap(it -> it.methods().stream()).toList();
        return permission
                .foreignAccount(accounts)
                .or(() -> permission.foreignMethods(methods))
                .map(excess -> permission.issuer() + " may issue " + excess);
    }
}
