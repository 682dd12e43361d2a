package dev.perennial.orders.doctor;

import dev.perennial.dns.CaaProperty;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Checks whether the CAA records of a name permit a CA to issue for this installation (RFC 8659, RFC 8657). Pure. */
final class CaaChecks {
    static final String NAME = "CAA permits this CA";

    static final String ISSUE = "issue";
    static final String ISSUE_WILD = "issuewild";
    /** The tags in the IANA registry of CAA properties. */
    private static final Set<String> KNOWN =
            Set.of(ISSUE, ISSUE_WILD, "iodef", "contactemail", "contactphone", "issuemail", "issuevmc");

    private CaaChecks() {}

    /**
     * The CA and the account that would issue.
     *
     * @param identities the names of the CA in CAA records (RFC 8555 section 7.1.1); may be empty
     * @param account URL of the account at the CA
     * @param methods the challenges that can prove control
     */
    record Applicant(SortedSet<String> identities, Optional<String> account, SortedSet<String> methods) {
        static Applicant of(Collection<String> identities, Optional<String> account, SortedSet<String> methods) {
            SortedSet<String> lower = new TreeSet<>();
            identities.forEach(identity -> lower.add(identity.toLowerCase(Locale.ROOT)));
            return new Applicant(lower, account, methods);
        }
    }

    /** @param applicant missed if the CA could not be reached */
    static Hop hop(Observation<CaaSet> caa, boolean wildcard, Observation<Applicant> applicant) {
        return switch (caa) {
            case Observation.NotTried<CaaSet>(String why) -> Hop.skipped(NAME, why);
            case Observation.Missed<CaaSet>(String why) ->
                Hop.failed(
                        NAME,
                        why,
                        "a CA that cannot resolve CAA records does not issue (RFC 8659 section 3): fix the name servers of this name and of its parent domains, so that they answer CAA queries");
            case Observation.Found<CaaSet>(CaaSet set) -> hop(set, wildcard, applicant);
        };
    }

    private static Hop hop(CaaSet set, boolean wildcard, Observation<Applicant> applicant) {
        Optional<CaaProperty> unknown = set.properties().stream()
                .filter(property -> property.critical() && !KNOWN.contains(property.tag()))
                .findFirst();
        if (unknown.isPresent()) {
            return Hop.failed(
                    NAME,
                    set + "; a CA that does not support '" + unknown.get().tag()
                            + "' must not issue, because the property is critical",
                    "remove that record at " + set.at() + ", or its critical flag");
        }
        List<CaaPermission> permissions = set.permissions(wildcard);
        if (permissions.isEmpty()) {
            return Hop.passed(
                    NAME, set.properties().isEmpty() ? "no CAA record: any CA may issue" : set + ": any CA may issue");
        }
        if (permissions.stream().allMatch(permission -> permission.issuer().isEmpty())) {
            return Hop.failed(NAME, set + ": no CA may issue", "add a CAA record for this CA at " + set.at());
        }
        return switch (applicant) {
            case Observation.Found<Applicant>(Applicant it) -> hop(set, set.issueTag(wildcard), permissions, it);
            case Observation.Missed<Applicant>(String why) ->
                Hop.skipped(NAME, set + "; the identity of the CA could not be requested: " + why);
            case Observation.NotTried<Applicant>(String why) ->
                Hop.skipped(NAME, set + "; the identity of the CA was not requested: " + why);
        };
    }

    private static Hop hop(CaaSet set, String tag, List<CaaPermission> permissions, Applicant applicant) {
        if (applicant.identities().isEmpty()) {
            return Hop.skipped(
                    NAME,
                    set + "; the directory of the CA has no caaIdentities; compare with the documentation of the CA");
        }
        List<CaaPermission> ours = permissions.stream()
                .filter(permission -> applicant.identities().contains(permission.issuer()))
                .toList();
        String known = String.join(" or ", applicant.identities());
        if (ours.isEmpty()) {
            return Hop.failed(
                    NAME,
                    set + "; this CA is " + known,
                    CaaCandidate.isDomain(applicant.identities().first())
                            ? "add a CAA record at " + set.at() + ": 0 " + tag + " \""
                                    + applicant.identities().first() + "\""
                            : "the first of the caaIdentities of its CA is not a domain name; compare with the documentation"
                                    + " of the CA");
        }
        List<String> mismatches = ours.stream()
                .flatMap(permission -> permission.mismatch(applicant.account(), applicant.methods()).stream())
                .toList();
        return mismatches.size() < ours.size()
                ? Hop.passed(NAME, set + "; this CA is " + known)
                : Hop.failed(
                        NAME,
                        set + "; this CA is " + known + ", but " + String.join(", ", mismatches),
                        "correct the parameters of that record at " + set.at()
                                + applicant
                                        .account()
                                        .map(url -> "; the account is " + url)
                                        .orElse(""));
    }
}
