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

/** Checks whether an issuer can be used. Pure. */
final class IssuerChecks {
    static final String REACHABLE = "directory reachable";
    static final String TRUSTED = "TLS trusted";
    static final String CLOCK = "clock correct";
    static final String DIRECTORY = "directory valid";
    static final String TERMS = "terms agreed";
    static final String BINDING = "EAB usable";
    static final String VAULT = "Vault reachable";
    static final String ACCOUNT = "account valid";

    private static final List<String> NEEDED = List.of("newNonce", "newAccount", "newOrder");

    private IssuerChecks() {}

    static List<Hop> hops(Observation<IssuerInspection> observed, Duration clockTolerance) {
        return switch (observed) {
            case Observation.Found<IssuerInspection>(IssuerInspection inspection) -> hops(inspection, clockTolerance);
            case Observation.Missed<IssuerInspection>(String why) ->
                List.of(Hop.failed(REACHABLE, why, "check whether this host can reach the CA"));
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
                new Observation.NotTried<>(
                        "the response to the request for the directory was HTTP " + answered.status());
            case Observation.Found<DirectoryResponse.Answered>(DirectoryResponse.Answered answered) ->
                answered.directory()
                        .<Observation<Directory>>map(Observation.Found::new)
                        .orElseGet(() -> new Observation.Missed<>("the response is not a JSON object"));
        };
    }

    private static Hop reachable(IssuerInspection inspection) {
        URI url = inspection.directory();
        return switch (inspection.response()) {
            case DirectoryResponse.Unreachable(String why) ->
                Hop.failed(
                        REACHABLE,
                        url + ": " + why,
                        "check whether the CA is up and whether this host can reach " + url.getAuthority()
                                + " (DNS, firewall, proxy)");
            case DirectoryResponse.Untrusted(String why) ->
                Hop.skipped(REACHABLE, "no request was sent, because TLS is not trusted");
            case DirectoryResponse.Answered answered
            when answered.status() != 200 ->
                Hop.failed(
                        REACHABLE,
                        url + ": HTTP " + answered.status() + " after " + millis(answered),
                        answered.status() >= 500
                                ? "the CA is unavailable: check its status page, wait, and configure fallbacks for this issuer"
                                : "correct the directory URL of the issuer");
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
                        "if this is your CA, add its roots to trustedRoots of the issuer; otherwise a proxy intercepts the connection");
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
                        .orElseGet(() -> Hop.skipped(CLOCK, "the response of the CA has no Date header"));
        };
    }

    /** The CA wrote the header between the request and its response, in whole seconds. */
    private static Hop clock(Instant date, DirectoryResponse.Answered answered, Duration tolerance) {
        Duration ahead = Duration.between(answered.receivedAt(), date);
        Duration behind =
                Duration.between(date.plusSeconds(1), answered.receivedAt().minus(answered.duration()));
        Duration skew =
                Stream.of(ahead, behind, Duration.ZERO).max(Duration::compareTo).orElseThrow();
        return skew.compareTo(tolerance) <= 0
                ? Hop.passed(
                        CLOCK, "the clock of the CA differs by less than " + Math.max(1, skew.toSeconds() + 1) + " s")
                : Hop.failed(
                        CLOCK,
                        "the clock of the CA is at " + date + ", this host's at " + answered.receivedAt() + ": "
                                + skew.toSeconds() + " s apart",
                        "set this host's clock (NTP); otherwise certificates may appear as not yet valid or expired");
    }

    private static Hop directory(URI directory, Observation<Directory> resources) {
        return switch (resources) {
            case Observation.NotTried<Directory>(String why) -> Hop.skipped(DIRECTORY, why);
            case Observation.Missed<Directory>(String why) ->
                Hop.failed(DIRECTORY, directory + ": " + why, "correct the directory URL of the issuer");
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
                    "the directory has no " + String.join(", no ", missing),
                    "correct the directory URL of the issuer: this is not an ACME directory (RFC 8555 section 7.1.1)");
        }
        return found.outsideOrigin().isEmpty()
                ? Hop.passed(DIRECTORY, String.join(", ", NEEDED) + " are present, at the origin of the directory")
                : Hop.failed(
                        DIRECTORY,
                        String.join(", ", found.outsideOrigin()) + " is outside the origin of the directory",
                        "requests are sent to that origin only; correct the directory URL of the issuer, or contact the CA");
    }

    private static Hop terms(IssuerInspection inspection, Observation<Directory> resources) {
        if (inspection.termsAgreed()) {
            return Hop.passed(TERMS, "termsOfServiceAgreed of the issuer is true");
        }
        return switch (resources) {
            case Observation.NotTried<Directory>(String why) -> Hop.skipped(TERMS, why);
            case Observation.Missed<Directory>(String why) -> Hop.skipped(TERMS, "the directory is not available");
            case Observation.Found<Directory>(Directory found) ->
                found.termsOfService()
                        .map(terms -> Hop.failed(
                                TERMS,
                                "the CA has terms of service: " + terms,
                                "read them and, if you agree, set termsOfServiceAgreed of the issuer"))
                        .orElseGet(() -> Hop.passed(TERMS, "the CA has no terms of service"));
        };
    }

    private static Hop binding(IssuerInspection inspection, Observation<Directory> resources) {
        Binding binding = inspection.binding();
        if (binding.path().isPresent() && inspection.account() instanceof Account.VaultUnavailable) {
            return Hop.skipped(BINDING, "Vault cannot be reached");
        }
        if (binding.error().isPresent()) {
            return Hop.failed(
                    BINDING,
                    binding.error().get(),
                    "write the key identifier and the MAC key from the CA to Vault, fields kid and hmacKey, at the eabPath of the issuer");
        }
        if (binding.path().isPresent()) {
            return Hop.passed(
                    BINDING, "Vault has a binding at " + binding.path().get());
        }
        boolean required = binding.required()
                || resources.found().map(Directory::externalAccountRequired).orElse(false);
        if (required) {
            return Hop.failed(
                    BINDING,
                    "the CA requires an external account binding, and the issuer has no eabPath",
                    "write the key identifier and the MAC key from the CA to Vault, fields kid and hmacKey, and set eabPath of the issuer to that path");
        }
        return resources instanceof Observation.NotTried<Directory>(String why)
                ? Hop.skipped(BINDING, why)
                : Hop.passed(BINDING, "the CA requires no binding");
    }

    private static Hop vault(Account account) {
        return account instanceof Account.VaultUnavailable(String why)
                ? Hop.failed(
                        VAULT,
                        why,
                        "start or unseal Vault, and check that this host can reach it and that its AppRole is valid")
                : Hop.passed(VAULT, "Vault responded to the request for the account key");
    }

    private static Hop account(Account account) {
        return switch (account) {
            case Account.Registered(URI location, String status)
            when status.equals("valid") -> Hop.passed(ACCOUNT, location.toString());
            case Account.Registered(URI location, String status) -> refused(location + " is " + status);
            case Account.Refused(String why) -> refused(why);
            case Account.Absent(String why) -> Hop.passed(ACCOUNT, why + ": the next order registers one");
            case Account.Unknown(String why) -> Hop.skipped(ACCOUNT, "the CA could not be reached: " + why);
            case Account.VaultUnavailable(String why) ->
                Hop.skipped(ACCOUNT, "Vault, which holds the account key, cannot be reached");
        };
    }

    private static Hop refused(String evidence) {
        return Hop.failed(
                ACCOUNT,
                evidence,
                "to register a new account, delete the old one's secret (accounts/<issuer>) with its metadata in"
                        + " Vault; the next order registers it");
    }

    /** The CA and the account as CAA records name them. */
    static Observation<CaaChecks.Applicant> applicant(
            Observation<IssuerInspection> observed, SortedSet<String> methods) {
        return switch (observed) {
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
