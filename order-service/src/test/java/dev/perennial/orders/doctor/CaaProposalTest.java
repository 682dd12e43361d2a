package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.IssuerInspection;
import dev.perennial.acme.IssuerInspection.Account;
import dev.perennial.acme.IssuerInspection.Binding;
import dev.perennial.acme.IssuerInspection.Directory;
import dev.perennial.acme.IssuerInspection.DirectoryResponse;
import dev.perennial.dns.CaaProperty;
import dev.perennial.events.Identifier;
import dev.perennial.orders.doctor.Hop.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaaProposalTest {
    private static final String ACCOUNT = "https://ca.example/acct/1";
    private static final String OURS =
            "0 issue \"ca.example; accounturi=https://ca.example/acct/1; validationmethods=http-01\"";
    private static final CaaSet NO_RECORDS = CaaSet.NONE;

    private final DiagnosisSubject www = subject("www.corp.test");
    private final DiagnosisSubject wildcard = subject("*.corp.test");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # records at www.corp.test                                                          | outcome | evidence
            0 issue ca.example; accounturi=https://ca.example/acct/1; validationmethods=http-01 | PASSED  | only the accounts and challenges of this installation
            0 issue ca.example; accounturi=https://ca.example/acct/1; validationmethods=http-01, 0 issue ; | PASSED | only the accounts
            0 issue ca.example; accounturi=https://ca.example/acct/1; validationmethods=http-01, 0 issue other.example | WARNING | other.example may issue, which is the CA neither of the checked issuer nor of its fallbacks and rehearsals
            0 issue ca.example; validationmethods=http-01                                       | WARNING | ca.example may issue to any account
            0 issue ca.example; accounturi=https://ca.example/acct/1                            | WARNING | ca.example may issue after any challenge
            0 issue ca.example; accounturi=https://ca.example/acct/1; validationmethods=http-01,dns-01 | WARNING | ca.example may issue after the challenge dns-01
            0 issue ca.example; accounturi=https://ca.example/acct/2                            | WARNING | ca.example may issue to another account, https://ca.example/acct/2; the CA of the issuer ca may not issue
            0 issue other.example                                                               | WARNING | the CA of the issuer ca may not issue
            0 issue ;                                                                           | WARNING | the CA of the issuer ca may not issue
            0 iodef mailto:pki@corp.test                                                        | WARNING | no CAA record about issuance, so any CA may issue to any account
            """)
    void comparesTheRecordsWithTheProposal(String records, Outcome outcome, String evidence) {
        Hop hop = hop(www, at("www.corp.test", records), candidate(account("valid")));

        assertThat(hop.outcome()).isEqualTo(outcome);
        assertThat(hop.evidence()).contains(evidence);
    }

    @Test
    void proposesTheRecordOfThisCaAccountAndChallenge() {
        Hop hop = hop(www, NO_RECORDS, candidate(account("valid")));

        assertThat(hop.evidence()).isEqualTo("no CAA record about issuance, so any CA may issue to any account");
        assertThat(hop.remedy().orElseThrow())
                .isEqualTo("publish at www.corp.test: " + OURS
                        + "; without issuewild records they apply to wildcards too"
                        + " (docs/operating/doctor.md#the-proposed-caa-records)");
    }

    /** RFC 8659 section 4.3. */
    @Test
    void doesNotMentionWildcardsThatHaveRecordsOfTheirOwn() {
        assertThat(hop(
                                www,
                                at("www.corp.test", "0 issue other.example, 0 issuewild other.example"),
                                candidate(account("valid")))
                        .remedy()
                        .orElseThrow())
                .doesNotContain("wildcards");
    }

    @Test
    void saysWhichRecordsItReplaces() {
        assertThat(hop(www, at("www.corp.test", "0 issue other.example"), candidate(account("valid")))
                        .remedy()
                        .orElseThrow())
                .contains(OURS + ", instead of its issue records");
        assertThat(hop(www, at("corp.test", "0 issue other.example"), candidate(account("valid")))
                        .remedy()
                        .orElseThrow())
                .contains("publish at www.corp.test", "records there replace those of corp.test for this name");
    }

    @Test
    void proposesIssuewildForAWildcard() {
        assertThat(hop(wildcard, NO_RECORDS, candidate(account("valid"), "dns-01"), "dns-01")
                        .remedy()
                        .orElseThrow())
                .startsWith("publish at corp.test: 0 issuewild \"ca.example; accounturi=" + ACCOUNT
                        + "; validationmethods=dns-01\" (");
    }

    @Test
    void saysThatTheAccountIsNotRegisteredYet() {
        Hop hop = hop(www, NO_RECORDS, candidate(new Account.Absent("no account is registered yet")));

        assertThat(hop.evidence())
                .contains("the account at ca is not registered yet: run the test again after the first order");
        assertThat(hop.remedy().orElseThrow()).contains("0 issue \"ca.example; validationmethods=http-01\"");
    }

    /** Otherwise the record would end fallbacks and rehearsals. */
    @Test
    void permitsTheOtherIssuersOfTheName() {
        CaaCandidate fallback = CaaCandidate.of(
                "second",
                inspection("second.example", account("valid")),
                subject("www.corp.test").methods());

        Hop hop = hop(
                www,
                at("www.corp.test", OURS.replace("\"", "")),
                List.of(candidate(account("valid")), fallback),
                Optional.empty(),
                Set.of("http-01"));

        assertThat(hop.evidence()).contains("the CA of the issuer second may not issue");
        assertThat(hop.remedy().orElseThrow())
                .contains(OURS + ", 0 issue \"second.example; accounturi=" + ACCOUNT + "; validationmethods=http-01\"");
    }

    @Test
    void proposesEveryConfiguredChallengeIfNoneWorksNow() {
        assertThat(hop(www, NO_RECORDS, List.of(candidate(account("valid"))), Optional.empty(), Set.of())
                        .remedy()
                        .orElseThrow())
                .contains("validationmethods=http-01,tls-alpn-01\"");
    }

    @Test
    void proposesNoChallengeThatTheRecordsExclude() {
        Set<String> both = Set.of("http-01", "tls-alpn-01");
        List<CaaCandidate> candidates = List.of(candidate(account("valid")));
        CaaSet httpOnly = at("corp.test", "0 issue ca.example; validationmethods=http-01, 0 issue other.example");
        CaaSet dnsOnly = at("corp.test", "0 issue ca.example; validationmethods=dns-01");

        assertThat(hop(www, httpOnly, candidates, Optional.empty(), both)
                        .remedy()
                        .orElseThrow())
                .contains("validationmethods=http-01\"");
        // The records exclude every challenge of this installation, so they have to change.
        assertThat(hop(www, dnsOnly, candidates, Optional.empty(), both)
                        .remedy()
                        .orElseThrow())
                .contains("validationmethods=http-01,tls-alpn-01\"");
    }

    /** No other record may be at the name of a CNAME. */
    @Test
    void proposesNoRecordAtTheNameOfACname() {
        assertThat(aliased(NO_RECORDS)).startsWith("publish at corp.test: ");
        assertThat(aliased(at("corp.test", "0 issue other.example")))
                .startsWith("publish at corp.test: ")
                .contains("instead of its issue records");
        assertThat(aliased(at("www.corp.test", "0 issue other.example"))).startsWith("publish at edge.cdn.test: ");
    }

    private String aliased(CaaSet existing) {
        return hop(www, existing, List.of(candidate(account("valid"))), Optional.of("edge.cdn.test"), Set.of("http-01"))
                .remedy()
                .orElseThrow();
    }

    @Test
    void proposesNothingWithoutTheFacts() {
        assertThat(hop(www, NO_RECORDS, candidate(account("revoked"))).evidence())
                .contains("its account is revoked");
        assertThat(hop(www, NO_RECORDS, candidate(new Account.VaultUnavailable("it is sealed")))
                        .evidence())
                .contains("its account is not known: it is sealed");
        CaaCandidate nameless = CaaCandidate.of("ca", inspection(List.of(), account("valid")), www.methods());
        assertThat(hop(www, NO_RECORDS, nameless).evidence()).contains("has no caaIdentities");
        CaaCandidate down = CaaCandidate.of("ca", new Observation.Missed<>("it is down"), www.methods());
        assertThat(hop(www, NO_RECORDS, down)).isEqualTo(Hop.skipped(CaaProposal.NAME, "the issuer ca: it is down"));
        assertThat(CaaProposal.hop(
                                www,
                                new Observation.Missed<>("SERVFAIL"),
                                new Observation.Found<>(Optional.empty()),
                                List.of(),
                                Set.of())
                        .outcome())
                .isEqualTo(Outcome.SKIPPED);
        assertThat(CaaProposal.hop(
                                subject("192.0.2.1"),
                                new Observation.NotTried<>("an address"),
                                new Observation.NotTried<>("an address"),
                                List.of(),
                                Set.of())
                        .outcome())
                .isEqualTo(Outcome.SKIPPED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca.example; accounturi=https://other.example/1", "a b", "ca.example\"", ""})
    void proposesNoRecordWithTextThatIsNoIdentity(String identity) {
        CaaCandidate hostile = CaaCandidate.of("ca", inspection(identity, account("valid")), www.methods());
        assertThat(hop(www, NO_RECORDS, hostile).outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void proposesNoRecordWithAUrlThatEndsTheParameter() {
        Account hostile =
                new Account.Registered(URI.create("https://ca.example/acct/1;validationmethods=dns-01"), "valid");
        assertThat(hop(www, NO_RECORDS, candidate(hostile)).outcome()).isEqualTo(Outcome.SKIPPED);
    }

    private static Hop hop(DiagnosisSubject subject, CaaSet existing, CaaCandidate candidate) {
        return hop(subject, existing, candidate, "http-01");
    }

    private static Hop hop(DiagnosisSubject subject, CaaSet existing, CaaCandidate candidate, String open) {
        return hop(subject, existing, List.of(candidate), Optional.empty(), Set.of(open));
    }

    private static Hop hop(
            DiagnosisSubject subject,
            CaaSet existing,
            List<CaaCandidate> candidates,
            Optional<String> alias,
            Set<String> open) {
        return CaaProposal.hop(
                subject, new Observation.Found<>(existing), new Observation.Found<>(alias), candidates, open);
    }

    private static DiagnosisSubject subject(String identifier) {
        return new DiagnosisSubject(Identifier.of(identifier), identifier.startsWith("*"), List.of());
    }

    private CaaCandidate candidate(Account account) {
        return CaaCandidate.of("ca", inspection("ca.example", account), www.methods());
    }

    private CaaCandidate candidate(Account account, String onlyMethod) {
        return CaaCandidate.of("ca", inspection("ca.example", account), new TreeSet<>(List.of(onlyMethod)));
    }

    private static Account account(String status) {
        return new Account.Registered(URI.create(ACCOUNT), status);
    }

    private static Observation<IssuerInspection> inspection(String identity, Account account) {
        return inspection(List.of(identity), account);
    }

    private static Observation<IssuerInspection> inspection(List<String> identities, Account account) {
        Directory directory = new Directory(Map.of(), List.of(), Optional.empty(), identities, false, List.of());
        var answered = new DirectoryResponse.Answered(
                200, Duration.ZERO, Optional.empty(), Instant.EPOCH, List.of(), Optional.of(directory));
        return new Observation.Found<>(new IssuerInspection(
                URI.create("https://ca.example/dir"),
                answered,
                true,
                new Binding(false, Optional.empty(), Optional.empty()),
                account));
    }

    private static CaaSet at(String name, String records) {
        return new CaaSet(
                name,
                Arrays.stream(records.split(", "))
                        .map(CaaProposalTest::property)
                        .toList());
    }

    private static CaaProperty property(String record) {
        String[] parts = record.strip().split(" ", 3);
        return new CaaProperty(parts[0].equals("128"), parts[1], parts[2]);
    }
}
