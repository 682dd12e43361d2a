package dev.perennial.orders.doctor;

import dev.perennial.dns.CaaProperty;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whether the CAA records of a name let a CA issue to us (RFC 8659, RFC 8657). Pure. */
final class CaaChecks {
    static final String NAME = "CAA permits this CA";

    private static final String ISSUE = "issue";
    private static final String ISSUE_WILD = "issuewild";
    /** Of the registry of CAA property tags. */
    private static final Set<String> KNOWN =
            Set.of(ISSUE, ISSUE_WILD, "iodef", "contactemail", "contactphone", "issuemail", "issuevmc");

    private CaaChecks() {}

    /**
     * Who asks.
     *
     * @param identities what the CA calls itself in CAA records (RFC 8555 section 7.1.1); may be empty
     * @param account URL of our account there
     * @param methods by which we could prove control
     */
    record Applicant(SortedSet<String> identities, Optional<String> account, SortedSet<String> methods) {
        static Applicant of(Collection<String> identities, Optional<String> account, SortedSet<String> methods) {
            SortedSet<String> lower = new TreeSet<>();
            identities.forEach(identity -> lower.add(identity.toLowerCase(Locale.ROOT)));
            return new Applicant(lower, account, methods);
        }
    }

    /** @param applicant missed where the CA could not be asked */
    static Hop hop(Observation<CaaSet> caa, boolean wildcard, Observation<Applicant> applicant) {
        return switch (caa) {
            case Observation.NotTried<CaaSet>(String why) -> Hop.skipped(NAME, why);
            case Observation.Missed<CaaSet>(String why) ->
                Hop.failed(
                        NAME,
                        why,
                        "a CA that cannot resolve CAA records issues nothing (RFC 8659 section 3): repair the name servers of this name"
                                + " and of the names above it, so that they answer questions for CAA");
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
                    set + "; a CA that does not know '" + unknown.get().tag()
                            + "' must not issue, because it is critical",
                    "remove that record at " + set.at() + ", or its critical flag");
        }
        String tag = wildcard && !set.tagged(ISSUE_WILD).isEmpty() ? ISSUE_WILD : ISSUE;
        if (set.tagged(tag).isEmpty()) {
            return Hop.passed(
                    NAME, set.properties().isEmpty() ? "no CAA record: any CA may issue" : set + ": any CA may");
        }
        List<CaaPermission> permissions = set.tagged(tag).stream()
                .map(property -> CaaPermission.parse(property.value()))
                .toList();
        if (permissions.stream().allMatch(permission -> permission.issuer().isEmpty())) {
            return Hop.failed(NAME, set + ": no CA may issue", "add a CAA record for this CA at " + set.at());
        }
        return switch (applicant) {
            case Observation.Found<Applicant>(Applicant who) -> hop(set, tag, permissions, who);
            case Observation.Missed<Applicant>(String why) ->
                Hop.skipped(NAME, set + "; the CA could not be asked who it is: " + why);
            case Observation.NotTried<Applicant>(String why) ->
                Hop.skipped(NAME, set + "; the CA was not asked who it is: " + why);
        };
    }

    private static Hop hop(CaaSet set, String tag, List<CaaPermission> permissions, Applicant who) {
        if (who.identities().isEmpty()) {
            return Hop.skipped(
                    NAME, set + "; the CA's directory names no caaIdentities, so compare with the CA's documentation");
        }
        List<CaaPermission> ours = permissions.stream()
                .filter(permission -> who.identities().contains(permission.issuer()))
                .toList();
        String known = String.join(" or ", who.identities());
        if (ours.isEmpty()) {
            return Hop.failed(
                    NAME,
                    set + "; this CA is " + known,
                    "add a CAA record at " + set.at() + ": 0 " + tag + " \""
                            + who.identities().first() + "\"");
        }
        List<String> complaints = ours.stream()
                .flatMap(permission -> permission.complaint(who.account(), who.methods()).stream())
                .toList();
        return complaints.size() < ours.size()
                ? Hop.passed(NAME, set + "; this CA is " + known)
                : Hop.failed(
                        NAME,
                        set + "; this CA is " + known + ", but " + String.join(", ", complaints),
                        "correct the parameters of that record at " + set.at()
                                + who.account()
                                        .map(url -> "; our account is " + url)
                                        .orElse(""));
    }
}
