package dev.perennial.orders.doctor;

import dev.perennial.acme.Inspection;
import dev.perennial.acme.Inspection.Account;
import dev.perennial.acme.Inspection.Binding;
import dev.perennial.acme.Inspection.Front;
import dev.perennial.acme.Inspection.Resources;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/** Whether an issuer can be used. Pure. */
final class IssuerChecks {
    static final String REACHABLE = "directory reachable";
    static final String TRUSTED = "TLS trusted";
    static final String CLOCK = "clocks agree";
    static final String DIRECTORY = "directory sane";
    static final String TERMS = "terms agreed";
    static final String BINDING = "EAB usable";
    static final String VAULT = "Vault reachable";
    static final String ACCOUNT = "account valid";

    private static final List<String> NEEDED = List.of("newNonce", "newAccount", "newOrder");

    private IssuerChecks() {}

    static List<Hop> hops(Observation<Inspection> seen, Duration clockTolerance) {
        return switch (seen) {
            case Observation.Found<Inspection>(Inspection inspection) -> hops(inspection, clockTolerance);
            case Observation.Missed<Inspection>(String why) ->
                List.of(Hop.failed(REACHABLE, why, "see whether this host reaches the CA at all"));
            case Observation.NotTried<Inspection>(String why) -> List.of(Hop.skipped(REACHABLE, why));
        };
    }

    private static List<Hop> hops(Inspection inspection, Duration clockTolerance) {
        Observation<Front.Answered> answer = answer(inspection);
        Observation<Resources> resources = resources(answer);
        return List.of(
                reachable(inspection),
                trusted(inspection.front()),
                clock(answer, clockTolerance),
                directory(inspection.directory(), resources),
                terms(inspection, resources),
                binding(inspection, resources),
                vault(inspection.account()),
                account(inspection.account()));
    }

    private static Observation<Front.Answered> answer(Inspection inspection) {
        return switch (inspection.front()) {
            case Front.Unreachable(String why) -> new Observation.NotTried<>("the directory cannot be reached");
            case Front.Untrusted(String why) -> new Observation.NotTried<>("TLS is not trusted");
            case Front.Answered answered -> new Observation.Found<>(answered);
        };
    }

    private static Observation<Resources> resources(Observation<Front.Answered> answer) {
        return switch (answer) {
            case Observation.NotTried<Front.Answered>(String why) -> new Observation.NotTried<>(why);
            case Observation.Missed<Front.Answered>(String why) -> new Observation.Missed<>(why);
            case Observation.Found<Front.Answered>(Front.Answered answered)
            when answered.status() != 200 ->
                new Observation.NotTried<>("the directory was answered with HTTP " + answered.status());
            case Observation.Found<Front.Answered>(Front.Answered answered) ->
                answered.resources()
                        .<Observation<Resources>>map(Observation.Found::new)
                        .orElseGet(() -> new Observation.Missed<>("the answer is no JSON object"));
        };
    }

    private static Hop reachable(Inspection inspection) {
        URI url = inspection.directory();
        return switch (inspection.front()) {
            case Front.Unreachable(String why) ->
                Hop.failed(
                        REACHABLE,
                        url + ": " + why,
                        "see whether the CA is up and whether this host may go to " + url.getAuthority()
                                + " (DNS, firewall, proxy)");
            case Front.Untrusted(String why) -> Hop.skipped(REACHABLE, "nothing is sent where TLS is not trusted");
            case Front.Answered answered
            when answered.status() != 200 ->
                Hop.failed(
                        REACHABLE,
                        url + ": HTTP " + answered.status() + " after " + millis(answered),
                        answered.status() >= 500
                                ? "the CA is out of order: wait, look at its status page, name fallbacks for this issuer"
                                : "correct the issuer's directory: this is not its URL");
            case Front.Answered answered ->
                Hop.passed(REACHABLE, url + ": HTTP " + answered.status() + " after " + millis(answered));
        };
    }

    private static String millis(Front.Answered answered) {
        return answered.took().toMillis() + " ms";
    }

    private static Hop trusted(Front front) {
        return switch (front) {
            case Front.Unreachable(String why) -> Hop.skipped(TRUSTED, "the directory cannot be reached");
            case Front.Untrusted(String why) ->
                Hop.failed(
                        TRUSTED,
                        why,
                        "if this is your CA, give the issuer its roots (trustedRoots); if it is not, somebody is in between");
            case Front.Answered answered -> Hop.passed(TRUSTED, String.join(" <- ", answered.chain()));
        };
    }

    private static Hop clock(Observation<Front.Answered> answer, Duration tolerance) {
        return switch (answer) {
            case Observation.NotTried<Front.Answered>(String why) -> Hop.skipped(CLOCK, why);
            case Observation.Missed<Front.Answered>(String why) -> Hop.skipped(CLOCK, why);
            case Observation.Found<Front.Answered>(Front.Answered answered) ->
                answered.date()
                        .map(date -> clock(date, answered, tolerance))
                        .orElseGet(() -> Hop.skipped(CLOCK, "the CA's answer has no Date"));
        };
    }

    /** The header was written somewhere between the request and its answer, and has whole seconds. */
    private static Hop clock(Instant date, Front.Answered answered, Duration tolerance) {
        Duration ahead = Duration.between(answered.received(), date);
        Duration behind =
                Duration.between(date.plusSeconds(1), answered.received().minus(answered.took()));
        Duration skew =
                Stream.of(ahead, behind, Duration.ZERO).max(Duration::compareTo).orElseThrow();
        return skew.compareTo(tolerance) <= 0
                ? Hop.passed(
                        CLOCK, "the CA's differs from ours by less than " + Math.max(1, skew.toSeconds() + 1) + " s")
                : Hop.failed(
                        CLOCK,
                        "the CA says " + date + ", this host says " + answered.received() + ": " + skew.toSeconds()
                                + " s apart",
                        "set this host's clock (NTP); certificates would look not yet valid, or expired");
    }

    private static Hop directory(URI directory, Observation<Resources> resources) {
        return switch (resources) {
            case Observation.NotTried<Resources>(String why) -> Hop.skipped(DIRECTORY, why);
            case Observation.Missed<Resources>(String why) ->
                Hop.failed(DIRECTORY, directory + ": " + why, "correct the issuer's directory: this is not its URL");
            case Observation.Found<Resources>(Resources found) -> directory(found);
        };
    }

    private static Hop directory(Resources found) {
        List<String> missing = NEEDED.stream()
                .filter(resource -> !found.urls().containsKey(resource))
                .toList();
        if (!missing.isEmpty()) {
            return Hop.failed(
                    DIRECTORY,
                    "it has no " + String.join(", no ", missing),
                    "correct the issuer's directory: this is no ACME directory (RFC 8555 section 7.1.1)");
        }
        return found.outside().isEmpty()
                ? Hop.passed(DIRECTORY, String.join(", ", NEEDED) + " are there, at the directory's own origin")
                : Hop.failed(
                        DIRECTORY,
                        String.join(", ", found.outside()) + " lead(s) out of the directory's origin",
                        "requests are sent to that origin only: ask the CA, or correct the issuer's directory");
    }

    private static Hop terms(Inspection inspection, Observation<Resources> resources) {
        if (inspection.termsAgreed()) {
            return Hop.passed(TERMS, "the issuer's termsOfServiceAgreed says so");
        }
        return switch (resources) {
            case Observation.NotTried<Resources>(String why) -> Hop.skipped(TERMS, why);
            case Observation.Missed<Resources>(String why) ->
                Hop.skipped(TERMS, "there is no directory to tell of terms");
            case Observation.Found<Resources>(Resources found) ->
                found.terms()
                        .map(terms -> Hop.failed(
                                TERMS,
                                "the CA has terms of service: " + terms,
                                "read them and, if you agree, set" + " termsOfServiceAgreed of the issuer"))
                        .orElseGet(() -> Hop.passed(TERMS, "the CA has none"));
        };
    }

    private static Hop binding(Inspection inspection, Observation<Resources> resources) {
        Binding binding = inspection.binding();
        if (binding.path().isPresent() && inspection.account() instanceof Account.Locked) {
            return Hop.skipped(BINDING, "Vault, which has it, cannot be reached");
        }
        if (binding.complaint().isPresent()) {
            return Hop.failed(
                    BINDING,
                    binding.complaint().get(),
                    "write the key identifier and the key that the CA gave you to Vault, fields kid and hmacKey, at the issuer's eabPath");
        }
        if (binding.path().isPresent()) {
            return Hop.passed(BINDING, "Vault has one at " + binding.path().get());
        }
        boolean required = binding.expected()
                || resources.found().map(Resources::externalAccountRequired).orElse(false);
        if (required) {
            return Hop.failed(
                    BINDING,
                    "the CA binds accounts to its customers, and the issuer has no eabPath",
                    "write the key identifier and the key that the CA gave you to Vault, fields kid and hmacKey, and set the issuer's"
                            + " eabPath to where they are");
        }
        return resources instanceof Observation.NotTried<Resources>(String why)
                ? Hop.skipped(BINDING, why)
                : Hop.passed(BINDING, "the CA asks for none");
    }

    private static Hop vault(Account account) {
        return account instanceof Account.Locked(String why)
                ? Hop.failed(
                        VAULT,
                        why,
                        "start or unseal Vault, and see that this host reaches it and that its AppRole is good")
                : Hop.passed(VAULT, "it was asked for the key of the account");
    }

    private static Hop account(Account account) {
        return switch (account) {
            case Account.Known(URI location, String status)
            when status.equals("valid") -> Hop.passed(ACCOUNT, location.toString());
            case Account.Known(URI location, String status) -> refused(location + " is " + status);
            case Account.Refused(String why) -> refused(why);
            case Account.Absent(String why) -> Hop.passed(ACCOUNT, why + ": the next order registers one");
            case Account.Unknown(String why) -> Hop.skipped(ACCOUNT, "the CA could not be asked: " + why);
            case Account.Locked(String why) -> Hop.skipped(ACCOUNT, "Vault, which has its key, cannot be reached");
        };
    }

    private static Hop refused(String evidence) {
        return Hop.failed(
                ACCOUNT,
                evidence,
                "to register a new account, delete the old one's secret (accounts/<issuer>) with its metadata in Vault; the next order"
                        + " does the rest");
    }

    /** What CAA records know the CA and us as. */
    static Observation<CaaChecks.Applicant> applicant(Observation<Inspection> seen, SortedSet<String> methods) {
        return switch (seen) {
            case Observation.NotTried<Inspection>(String why) -> new Observation.NotTried<>(why);
            case Observation.Missed<Inspection>(String why) -> new Observation.Missed<>(why);
            case Observation.Found<Inspection>(Inspection inspection) ->
                switch (resources(answer(inspection))) {
                    case Observation.NotTried<Resources>(String why) -> new Observation.Missed<>(why);
                    case Observation.Missed<Resources>(String why) -> new Observation.Missed<>(why);
                    case Observation.Found<Resources>(Resources found) ->
                        new Observation.Found<>(
                                CaaChecks.Applicant.of(found.caaIdentities(), location(inspection.account()), methods));
                };
        };
    }

    private static Optional<String> location(Account account) {
        return account instanceof Account.Known known
                ? Optional.of(known.location().toString())
                : Optional.empty();
    }
}
