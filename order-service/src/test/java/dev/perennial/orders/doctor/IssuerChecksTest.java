package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.IssuerInspection;
import dev.perennial.acme.IssuerInspection.Account;
import dev.perennial.acme.IssuerInspection.Binding;
import dev.perennial.acme.IssuerInspection.Directory;
import dev.perennial.acme.IssuerInspection.DirectoryResponse;
import dev.perennial.orders.doctor.Hop.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuerChecksTest {
    private static final URI DIRECTORY = URI.create("https://ca.example/directory");
    private static final URI LOCATION = URI.create("https://ca.example/acct/1");
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Account VALID = new Account.Registered(LOCATION, "valid");
    private static final Binding UNBOUND = new Binding(false, Optional.empty(), Optional.empty());

    @Test
    void passesAllHopsOfAValidIssuer() {
        assertThat(hops(inspection(answered(200, NOW), VALID))).allSatisfy(hop -> {
            assertThat(hop.outcome()).as(hop.name()).isEqualTo(Outcome.PASSED);
            assertThat(hop.remedy()).isEmpty();
        });
    }

    @Test
    void failsTheFirstBrokenHopAndSkipsTheOthers() {
        assertThat(failed(inspection(
                        new DirectoryResponse.Unreachable("connection refused"), new Account.Unknown("no directory"))))
                .containsExactly(IssuerChecks.REACHABLE);
        assertThat(failed(inspection(
                        new DirectoryResponse.Untrusted("PKIX path building failed"), new Account.Unknown("x"))))
                .containsExactly(IssuerChecks.TRUSTED);
        assertThat(failed(inspection(answered(503, NOW), new Account.Unknown("x"))))
                .containsExactly(IssuerChecks.REACHABLE);
        assertThat(hop(inspection(new DirectoryResponse.Unreachable("x"), VALID), IssuerChecks.CLOCK))
                .isEqualTo(Hop.skipped(IssuerChecks.CLOCK, "the directory cannot be reached"));
    }

    /** The answer came at 12:00:00 after 2 s; a Date has whole seconds and may be from before the answer was sent. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-21T12:00:00Z, PASSED",
        "2026-11-21T12:01:00Z, PASSED",
        "2026-11-21T12:01:01Z, FAILED",
        "2026-11-21T11:58:57Z, PASSED",
        "2026-11-21T11:58:56Z, FAILED",
        "2025-11-21T12:00:00Z, FAILED"
    })
    void allowsAClockSkewOfAMinute(Instant date, Outcome outcome) {
        assertThat(hop(inspection(answered(200, date), VALID), IssuerChecks.CLOCK)
                        .outcome())
                .isEqualTo(outcome);
    }

    @Test
    void failsIfTheDirectoryLacksAResourceOrLeavesItsOrigin() {
        var page = new DirectoryResponse.Answered(
                200, Duration.ZERO, Optional.empty(), NOW, List.of("CN=ca"), Optional.empty());
        assertThat(failed(inspection(page, VALID))).containsExactly(IssuerChecks.DIRECTORY);
        var poor = resources(Map.of("newNonce", "https://ca.example/n"), List.of(), Optional.empty(), false);
        assertThat(hop(inspection(answered(poor), VALID), IssuerChecks.DIRECTORY)
                        .evidence())
                .isEqualTo("the directory has no newAccount, no newOrder");
        var stray = resources(urls(), List.of("newOrder"), Optional.empty(), false);
        assertThat(hop(inspection(answered(stray), VALID), IssuerChecks.DIRECTORY)
                        .evidence())
                .startsWith("newOrder is outside");
    }

    @Test
    void failsIfTermsExistAndAreNotAgreed() {
        var terms = resources(urls(), List.of(), Optional.of("https://ca.example/terms"), false);
        var notAgreed = new IssuerInspection(DIRECTORY, answered(terms), false, UNBOUND, VALID);
        assertThat(hop(notAgreed, IssuerChecks.TERMS).evidence()).contains("https://ca.example/terms");
        assertThat(failed(notAgreed)).containsExactly(IssuerChecks.TERMS);
        var none = new IssuerInspection(DIRECTORY, answered(200, NOW), false, UNBOUND, VALID);
        assertThat(hop(none, IssuerChecks.TERMS).outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void failsIfARequiredBindingIsMissingOrInvalid() {
        var binding = answered(resources(urls(), List.of(), Optional.empty(), true));
        assertThat(failed(new IssuerInspection(DIRECTORY, binding, true, UNBOUND, VALID)))
                .containsExactly(IssuerChecks.BINDING);
        var byPreset = new Binding(true, Optional.empty(), Optional.empty());
        assertThat(failed(new IssuerInspection(DIRECTORY, answered(200, NOW), true, byPreset, VALID)))
                .containsExactly(IssuerChecks.BINDING);
        var good = new Binding(true, Optional.of("eab/ca"), Optional.empty());
        assertThat(failed(new IssuerInspection(DIRECTORY, binding, true, good, VALID)))
                .isEmpty();
        var bad = new Binding(true, Optional.of("eab/ca"), Optional.of("no field 'kid'"));
        assertThat(failed(new IssuerInspection(DIRECTORY, binding, true, bad, VALID)))
                .containsExactly(IssuerChecks.BINDING);
        var locked = new Account.VaultUnavailable("sealed");
        assertThat(failed(new IssuerInspection(DIRECTORY, binding, true, bad, locked)))
                .containsExactly(IssuerChecks.VAULT);
    }

    @Test
    void passesAValidOrMissingAccount() {
        assertThat(failed(inspection(answered(200, NOW), new Account.Absent("no account is registered yet"))))
                .isEmpty();
        assertThat(failed(inspection(answered(200, NOW), new Account.Registered(LOCATION, "revoked"))))
                .containsExactly(IssuerChecks.ACCOUNT);
        assertThat(failed(inspection(answered(200, NOW), new Account.Refused("deactivated"))))
                .containsExactly(IssuerChecks.ACCOUNT);
    }

    private static IssuerInspection inspection(DirectoryResponse front, Account account) {
        return new IssuerInspection(DIRECTORY, front, true, UNBOUND, account);
    }

    private static DirectoryResponse answered(int status, Instant date) {
        return new DirectoryResponse.Answered(
                status,
                Duration.ofSeconds(2),
                Optional.of(date),
                NOW,
                List.of("CN=ca"),
                Optional.of(resources(urls(), List.of(), Optional.empty(), false)));
    }

    private static DirectoryResponse answered(Directory resources) {
        return new DirectoryResponse.Answered(
                200, Duration.ZERO, Optional.of(NOW), NOW, List.of("CN=ca"), Optional.of(resources));
    }

    private static Map<String, String> urls() {
        return Map.of(
                "newNonce", "https://ca.example/n",
                "newAccount", "https://ca.example/a",
                "newOrder", "https://ca.example/o");
    }

    private static Directory resources(
            Map<String, String> urls, List<String> outside, Optional<String> terms, boolean binding) {
        return new Directory(urls, outside, terms, List.of(), binding, List.of());
    }

    private static List<Hop> hops(IssuerInspection inspection) {
        return IssuerChecks.hops(new Observation.Found<>(inspection), Duration.ofMinutes(1));
    }

    private static Hop hop(IssuerInspection inspection, String name) {
        return hops(inspection).stream()
                .filter(hop -> hop.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> failed(IssuerInspection inspection) {
        return hops(inspection).stream()
                .filter(hop -> hop.outcome() == Outcome.FAILED)
                .map(Hop::name)
                .toList();
    }
}
