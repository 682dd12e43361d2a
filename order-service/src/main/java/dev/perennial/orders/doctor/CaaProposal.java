package dev.perennial.orders.doctor;

import dev.perennial.dns.CaaProperty;
import dev.perennial.orders.doctor.CaaChecks.Applicant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Proposes the CAA records that let only this installation obtain certificates: its CAs, its accounts and its
 * challenges (RFC 8659, RFC 8657). Pure.
 *
 * @param name without a star
 * @param alias the target of the CNAMEs at the name, at which its CAA records are looked up
 * @param issuers the applicants by issuer
 * @param open the challenges that work now
 */
record CaaProposal(
        String name,
        boolean wildcard,
        CaaSet existing,
        Optional<String> alias,
        Map<String, Applicant> issuers,
        Set<String> open) {
    static final String NAME = "CAA excludes others";

    /** @param candidates the issuer that is checked, and those that can take its orders */
    static Hop hop(
            DiagnosisSubject subject,
            Observation<CaaSet> caa,
            Observation<Optional<String>> alias,
            List<CaaCandidate> candidates,
            Set<String> open) {
        return switch (caa) {
            case Observation.NotTried<CaaSet>(String why) -> Hop.skipped(NAME, why);
            case Observation.Missed<CaaSet>(String why) -> Hop.skipped(NAME, "the CAA records are not known");
            case Observation.Found<CaaSet>(CaaSet existing) -> {
                Optional<String> reason = unknown(alias, candidates);
                yield reason.isPresent()
                        ? Hop.skipped(NAME, reason.get())
                        : new CaaProposal(
                                        subject.base(),
                                        subject.wildcard(),
                                        existing,
                                        alias.found().flatMap(target -> target),
                                        applicants(candidates),
                                        open)
                                .hop();
            }
        };
    }

    /** The first fact without which no record can be proposed. */
    private static Optional<String> unknown(Observation<Optional<String>> alias, List<CaaCandidate> candidates) {
        return alias instanceof Observation.Missed<Optional<String>>(String why)
                ? Optional.of(why)
                : candidates.stream()
                        .flatMap(candidate -> candidate.unusable().stream())
                        .findFirst();
    }

    private static Map<String, Applicant> applicants(List<CaaCandidate> candidates) {
        Map<String, Applicant> applicants = new LinkedHashMap<>();
        candidates.forEach(candidate ->
                candidate.applicant().found().ifPresent(applicant -> applicants.put(candidate.issuer(), applicant)));
        return applicants;
    }

    private Hop hop() {
        List<String> findings = CaaComparison.findings(existing, wildcard, issuers);
        return findings.isEmpty()
                ? Hop.passed(NAME, existing + ": only the accounts and challenges of this installation")
                : Hop.warning(
                        NAME,
                        (existing.properties().isEmpty() ? "" : existing + ": ")
                                + String.join("; ", findings)
                                + unregistered(),
                        "publish at " + place() + ": " + records() + replaced() + scope()
                                + " (docs/operating/doctor.md#the-proposed-caa-records)");
    }

    private String unregistered() {
        String names = issuers.keySet().stream()
                .filter(issuer -> issuers.get(issuer).account().isEmpty())
                .collect(Collectors.joining(", "));
        return names.isEmpty()
                ? ""
                : "; the account at " + names + " is not registered yet: run the test again after the first order, and"
                        + " add its accounturi";
    }

    /** No other record may be at the name of a CNAME (RFC 1034 section 3.6.2). */
    private String place() {
        if (alias.isEmpty()) {
            return name;
        }
        if (existing.at().equals(name)) {
            return alias.get();
        }
        return existing.at().isEmpty() ? name.substring(name.indexOf('.') + 1) : existing.at();
    }

    private String replaced() {
        if (existing.properties().isEmpty()) {
            return "";
        }
        if (existing.at().equals(name) || existing.at().equals(place())) {
            return existing.tagged(tag()).isEmpty() ? "" : ", instead of its " + tag() + " records";
        }
        return "; records there replace those of " + existing.at()
                + " for this name, so repeat the others that are to apply";
    }

    /** What else the records govern (RFC 8659 sections 3 and 4.3). */
    private String scope() {
        String below = place().equals(name) ? "" : "; they apply to all names of " + place();
        return wildcard || !existing.tagged(CaaChecks.ISSUE_WILD).isEmpty()
                ? below
                : below + "; without issuewild records they apply to wildcards too";
    }

    private String tag() {
        return wildcard ? CaaChecks.ISSUE_WILD : CaaChecks.ISSUE;
    }

    private String records() {
        return issuers.values().stream()
                .map(applicant -> record(applicant).toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private CaaProperty record(Applicant applicant) {
        return new CaaProperty(
                false,
                tag(),
                applicant.identities().first()
                        + applicant.account().map(url -> "; accounturi=" + url).orElse("")
                        + "; validationmethods="
                        + String.join(",", methods(applicant)));
    }

    /** Those that work now, without those that the existing records exclude: a proposal does not permit more. */
    private SortedSet<String> methods(Applicant applicant) {
        List<CaaPermission> ours = existing.permissions(wildcard).stream()
                .filter(permission -> applicant.identities().contains(permission.issuer()))
                .toList();
        SortedSet<String> working = narrowed(applicant.methods(), open::contains);
        return ours.isEmpty()
                ? working
                : narrowed(working, method -> ours.stream().anyMatch(permission -> permission.permitsMethod(method)));
    }

    /** All of them if none is left: a record without a challenge would permit nothing. */
    private static SortedSet<String> narrowed(SortedSet<String> methods, Predicate<String> by) {
        SortedSet<String> left = methods.stream().filter(by).collect(Collectors.toCollection(TreeSet::new));
        return left.isEmpty() ? methods : left;
    }
}
