package dev.perennial.orders.doctor;

import dev.perennial.acme.IssuerInspection;
import dev.perennial.acme.IssuerInspection.Account;
import dev.perennial.acme.IssuerInspection.Binding;
import dev.perennial.acme.IssuerInspection.Directory;
import dev.perennial.acme.IssuerInspection.DirectoryResponse;
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

    static List<Hop> hops(Observation<IssuerInspection> seen, Duration clockTolerance) {
        return switch (seen) {
            case Observation.Found<IssuerInspection>(IssuerInspection inspection) -> hops(inspection, clockTolerance);
            case Observation.Missed<IssuerInspection>(String why) ->
                List.of(Hop.failed(REACHABLE, why, "see whether this host reaches the CA at all"));
            case Observation.NotTried<IssuerInspection>(String why) -> List.of(Hop.skipped(REACHABLE, why));
        };
    }

    private static List<Hop> hops(IssuerInspection inspection, Duration clockTolerance) {
        Observation<DirectoryResponse.Answered> answer = answer(inspection);
        Observation<Directory> resources = resources(answer);
        return List.of(
                reachable(inspection),
                trusted(inspection.response()),
                clock(answer, clockTolerance),
                directory(inspection.directory(), resources),
                terms(inspection, resources),
                binding(inspection, resources),
                vault(inspection.account()),
                account(inspection.account()));
    }

    private static Observation<DirectoryResponse.Answered> answer(IssuerInspection inspection) {
        return switch (inspection.response()) {
            case DirectoryResponse.Unreachable(String why) ->
                new Observation.NotTried<>("the directory cannot be reached");
            case DirectoryResponse.Untrusted(String why) -> new Observation.NotTried<>("TLS is not trusted");
            case DirectoryResponse.Answered answered -> new Observation.Found<>(answered);
        };
    }

    private static Observation<Directory> resources(Observation<DirectoryResponse.Answered> answer) {
        return switch (answer) {
            case Observation.NotTried<DirectoryResponse.Answered>(String why) -> new Observation.NotTried<>(why);
            case Observation.Missed<DirectoryResponse.Answered>(String why) -> new Observation.Missed<>(why);
            case Observation.Found<DirectoryResponse.Answered>(DirectoryResponse.Answered answered)
            when answered.status() != 200 ->
                new Observation.NotTried<>("the directory was answered with HTTP " + answered.status());
            case Observation.Found<DirectoryResponse.Answered>(DirectoryResponse.Answered answered) ->
                answered.directory()
                        .<Observation<Directory>>map(Observation.Found::new)
                        .orElseGet(() -> new Observation.Missed<>("the answer is no JSON object"));
        };
    }

    private static Hop reachable(IssuerInspection inspection) {
        URI url = inspection.directory();
        return switch (inspection.response()) {
            case DirectoryResponse.Unreachable(String why) ->
                Hop.failed(
                        REACHABLE,
                        url + ": " + why,
                        "see whether the CA is up and whether this host may go to " + url.getAuthority()
                                + " (DNS, firewall, proxy)");
            case DirectoryResponse.Untrusted(String why) ->
                Hop.skipped(REACHABLE, "nothing is sent where TLS is not trusted");
            case DirectoryResponse.Answered answered
            when answered.status() != 200 ->
                Hop.failed(
                        REACHABLE,
                        url + ": HTTP " + answered.status() + " after " + millis(answered),
                        answered.status() >= 500
                                ? "the CA is unavailable: check its status page, wait, and configure fallbacks for this issuer"
                                : "correct the issuer's directory: this is not its URL");
            case DirectoryResponse.Answered answered ->
                Hop.passed(REACHABLE, url + ": HTTP " + answered.status() + " after " + millis(answered));
        };
    }

    private static String millis(DirectoryResponse.Answered answered) {
        return answered.duration().toMillis() + " ms";
    }

    private static Hop trusted(DirectoryResponse front) {
        return switch (front) {
            case DirectoryResponse.Unreachable(String why) -> Hop.skipped(TRUSTED, "the directory cannot be reached");
            case DirectoryResponse.Untrusted(String why) ->
                Hop.failed(
                        TRUSTED,
                        why,
                        "if this is your CA, give the issuer its roots (trustedRoots); if it is not, a proxy intercepts the connection");
            case DirectoryResponse.Answered answered -> Hop.passed(TRUSTED, String.join(" <- ", answered.chain()));
        };
    }

    private static Hop clock(Observation<DirectoryResponse.Answered> answer, Duration tolerance) {
        return switch (answer) {
            case Observation.NotTried<DirectoryResponse.Answered>(String why) -> Hop.skipped(CLOCK, why);
            case Observation.Missed<DirectoryResponse.Answered>(String why) -> Hop.skipped(CLOCK, why);
            case Observation.Found<DirectoryResponse.Answered>(DirectoryResponse.Answered answered) ->
                answered.date()
                        .map(date -> clock(date, answered, tolerance))
                        .orElseGet(() -> Hop.skipped(CLOCK, "the CA's answer has no Date"));
        };
    }

    /** The header was written somewhere between the request and its answer, and has whole seconds. */
    private static Hop clock(Instant date, DirectoryResponse.Answered answered, Duration tolerance) {
        Duration ahead = Duration.between(answered.receivedAt(), date);
        Duration behind =
                Duration.between(date.plusSeconds(1), answered.receivedAt().minus(answered.duration()));
        Duration skew =
                Stream.of(ahead, behind, Duration.ZERO).max(Duration::compareTo).orElseThrow();
        return skew.compareTo(tolerance) <= 0
                ? Hop.passed(
                        CLOCK, "the CA's differs from ours by less than " + Math.max(1, skew.toSeconds() + 1) + " s")
                : Hop.failed(
                        CLOCK,
                        "the CA says " + date + ", this host says " + answered.receivedAt() + ": " + skew.toSeconds()
                                + " s apart",
                        "set this host's clock (NTP); otherwise certificates seem not yet valid, or expired");
    }

    private static Hop directory(URI directory, Observation<Directory> resources) {
        return switch (resources) {
            case Observation.NotTried<Directory>(String why) -> Hop.skipped(DIRECTORY, why);
            case Observation.Missed<Directory>(String why) ->
                Hop.failed(DIRECTORY, directory + ": " + why, "correct the issuer's directory: this is not its URL");
            case Observation.Found<Directory>(Directory found) -> directory(found);
        };
    }

    private static Hop directory(Directory found) {
        List<String> missing = NEEDED.stream()
                .filter(resource -> !found.urls().containsKey(resource))
                .toList();
        if (!missing.isEmpty()) {
            return Hop.failed(
                    DIRECTORY,
                    "it has no " + String.join(", no ", missing),
                    "correct the issuer's directory: this is no ACME directory (RFC 8555 section 7.1.1)");
        }
        return found.outsideOrigin().isEmpty()
                ? Hop.passed(DIRECTORY, String.join(", ", NEEDED) + " are there, at the directory's own origin")
                : Hop.failed(
                        DIRECTORY,
                        String.join(", ", found.outsideOrigin()) + " lead(s) out of the directory's origin",
                        "requests are sent to that origin only: ask the CA, or correct the issuer's directory");
    }

    private static Hop terms(IssuerInspection inspection, Observation<Directory> resources) {
        if (inspection.termsAgreed()) {
            return Hop.passed(TERMS, "termsOfServiceAgreed of the issuer is true");
        }
        return switch (resources) {
            case Observation.NotTried<Directory>(String why) -> Hop.skipped(TERMS, why);
            case Observation.Missed<Directory>(String why) ->
                Hop.skipped(TERMS, "there is no directory that could contain terms");
            case Observation.Found<Directory>(Directory found) ->
                found.termsOfService()
                        .map(terms -> Hop.failed(
                                TERMS,
                                "the CA has terms of service: " + terms,
                                "read them and, if you agree, set" + " termsOfServiceAgreed of the issuer"))
                        .orElseGet(() -> Hop.passed(TERMS, "the CA has none"));
        };
    }

    private static Hop binding(IssuerInspection inspection, Observation<Directory> resources) {
        Binding binding = inspection.binding();
        if (binding.path().isPresent() && inspection.account() instanceof Account.VaultUnavailable) {
            return Hop.skipped(BINDING, "Vault, which has it, cannot be reached");
        }
        if (binding.error().isPresent()) {
            return Hop.failed(
                    BINDING,
                    binding.error().get(),
                    "write the key identifier and the key that the CA gave you to Vault, fields kid and hmacKey, at"
                            + " the issuer's eabPath");
        }
        if (binding.path().isPresent()) {
            return Hop.passed(BINDING, "Vault has one at " + binding.path().get());
        }
        boolean required = binding.required()
                || resources.found().map(Directory::externalAccountRequired).orElse(false);
        if (required) {
            return Hop.failed(
                    BINDING,
                    "the CA binds accounts to its customers, and the issuer has no eabPath",
                    "write the key identifier and the key that the CA gave you to Vault, fields kid and hmacKey, and"
                            + " set the issuer's eabPath to where they are");
        }
        return resources instanceof Observation.NotTried<Directory>(String why)
                ? Hop.skipped(BINDING, why)
                : Hop.passed(BINDING, "the CA asks for none");
    }

    private static Hop vault(Account account) {
        return account instanceof Account.VaultUnavailable(String why)
                ? Hop.failed(
                        VAULT,
                        why,
                        "start or unseal Vault, and see that this host reaches it and that its AppRole is good")
                : Hop.passed(VAULT, "it was asked for the key of the account");
    }

    private static Hop account(Account account) {
        return switch (account) {
            case Account.Registered(URI location, String status)
            when status.equals("valid") -> Hop.passed(ACCOUNT, location.toString());
            case Account.Registered(URI location, String status) -> refused(location + " is " + status);
            case Account.Refused(String why) -> refused(why);
            case Account.Absent(String why) -> Hop.passed(ACCOUNT, why + ": the next order registers one");
            case Account.Unknown(String why) -> Hop.skipped(ACCOUNT, "the CA could not be asked: " + why);
            case Account.VaultUnavailable(String why) ->
                Hop.skipped(ACCOUNT, "Vault, which has its key, cannot be reached");
        };
    }

    private static Hop refused(String evidence) {
        return Hop.failed(
                ACCOUNT,
                evidence,
                "to register a new account, delete the old one's secret (accounts/<issuer>) with its metadata in"
                        + " Vault; the next order does the rest");
    }

    /** What CAA records know the CA and us as. */
    static Observation<CaaChecks.Applicant> applicant(Observation<IssuerInspection> seen, SortedSet<String> methods) {
        return switch (seen) {
            case Observation.NotTried<IssuerInspection>(String why) -> new Observation.NotTried<>(why);
            case Observation.Missed<IssuerInspection>(String why) -> new Observation.Missed<>(why);
            case Observation.Found<IssuerInspection>(IssuerInspection inspection) ->
                switch (resources(answer(inspection))) {
                    case Observation.NotTried<Directory>(String why) -> new Observation.Missed<>(why);
                    case Observation.Missed<Directory>(String why) -> new Observation.Missed<>(why);
                    case Observation.Found<Directory>(Directory found) ->
                        new Observation.Found<>(
                                CaaChecks.Applicant.of(found.caaIdentities(), location(inspection.account()), methods));
                };
        };
    }

    private static Optional<String> location(Account account) {
        return account instanceof Account.Registered known
                ? Optional.of(known.location().toString())
                : Optional.empty();
    }
}
