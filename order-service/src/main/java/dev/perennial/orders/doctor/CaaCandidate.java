package dev.perennial.orders.doctor;

import dev.perennial.acme.IssuerInspection;
import dev.perennial.acme.IssuerInspection.Account;
import dev.perennial.orders.doctor.CaaChecks.Applicant;
import java.net.URI;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Pattern;

/**
 * An issuer that may issue for the name: the one that is checked, its fallbacks, and the issuer of its rehearsals.
 *
 * @param applicant missed if its CA or its account is not known
 */
record CaaCandidate(String issuer, Observation<Applicant> applicant) {
    /** A domain name. */
    private static final Pattern IDENTITY = Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}");
    /** The characters of a parameter (RFC 8659 section 4.2) without those that a zone file quotes. */
    private static final Pattern PARAMETER = Pattern.compile("[\\x21\\x23-\\x3a\\x3c-\\x5b\\x5d-\\x7e]{1,500}");

    /** @param methods the challenges that can prove control at this issuer */
    static CaaCandidate of(String issuer, Observation<IssuerInspection> observed, SortedSet<String> methods) {
        Optional<String> unknown =
                observed.found().map(IssuerInspection::account).flatMap(CaaCandidate::unknown);
        return new CaaCandidate(
                issuer,
                unknown.<Observation<Applicant>>map(Observation.Missed::new)
                        .orElseGet(() -> IssuerChecks.applicant(observed, methods)));
    }

    /** The reason why the URL of the account is not known; empty if it is known, or if there is no account. */
    private static Optional<String> unknown(Account account) {
        return switch (account) {
            case Account.Registered(URI location, String status) ->
                status.equals("valid") ? Optional.empty() : Optional.of("its account is " + status);
            case Account.Absent(String why) -> Optional.empty();
            case Account.Refused(String why) -> Optional.of("its account cannot be used: " + why);
            case Account.Unknown(String why) -> Optional.of("its account is not known: " + why);
            case Account.VaultUnavailable(String why) -> Optional.of("its account is not known: " + why);
        };
    }

    /** Why no record can be proposed for this issuer. The texts of its CA must not become other parameters or records. */
    Optional<String> unusable() {
        Optional<String> reason =
                switch (applicant) {
                    case Observation.NotTried<Applicant>(String why) -> Optional.of(why);
                    case Observation.Missed<Applicant>(String why) -> Optional.of(why);
                    case Observation.Found<Applicant>(Applicant it) -> unusable(it);
                };
        return reason.map(why -> "the issuer " + issuer + ": " + why);
    }

    /** Whether the text of a CA can be part of a record: it must not become another parameter or record. */
    static boolean isDomain(String identity) {
        return IDENTITY.matcher(identity).matches();
    }

    private static Optional<String> unusable(Applicant applicant) {
        if (applicant.identities().isEmpty()) {
            return Optional.of("the directory of its CA has no caaIdentities");
        }
        if (!isDomain(applicant.identities().first())) {
            return Optional.of("the first of the caaIdentities of its CA is not a domain name");
        }
        if (applicant.account().filter(url -> !PARAMETER.matcher(url).matches()).isPresent()) {
            return Optional.of("the URL of its account cannot be part of a CAA record");
        }
        return applicant.methods().isEmpty()
                ? Optional.of("no challenge is configured for the name")
                : Optional.empty();
    }
}
