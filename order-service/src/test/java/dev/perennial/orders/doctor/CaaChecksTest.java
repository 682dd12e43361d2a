package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.dns.CaaProperty;
import dev.perennial.orders.doctor.CaaChecks.Applicant;
import dev.perennial.orders.doctor.Hop.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaaChecksTest {
    private static final String ACCOUNT = "https://ca.example/acct/1";
    private static final Observation<Applicant> APPLICANT =
            applicant(List.of("CA.example", "old.example"), Optional.of(ACCOUNT));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # records at the name                                         | www    | *.www
            # no record, or none about issuance
                                                                          | PASSED | PASSED
            0 iodef mailto:a@corp.test                                    | PASSED | PASSED
            # permitted CAs
            0 issue ca.example                                            | PASSED | PASSED
            0 issue CA.EXAMPLE                                            | PASSED | PASSED
            0 issue old.example                                           | PASSED | PASSED
            0 issue other.example                                         | FAILED | FAILED
            0 issue other.example, 0 issue ca.example                     | PASSED | PASSED
            0 issue ;                                                     | FAILED | FAILED
            0 issue sub.ca.example                                        | FAILED | FAILED
            # issuewild replaces issue for wildcards
            0 issue ca.example, 0 issuewild other.example                 | PASSED | FAILED
            0 issue other.example, 0 issuewild ca.example                 | FAILED | PASSED
            0 issuewild ;                                                 | PASSED | FAILED
            0 issue ca.example, 0 issuewild ;                             | PASSED | FAILED
            # critical properties that are not supported
            128 future x                                                  | FAILED | FAILED
            0 future x                                                    | PASSED | PASSED
            128 issue ca.example                                          | PASSED | PASSED
            # RFC 8657
            0 issue ca.example; accounturi=https://ca.example/acct/1      | PASSED | PASSED
            0 issue ca.example;accounturi = https://ca.example/acct/1 ;   | PASSED | PASSED
            0 issue ca.example; accounturi=https://ca.example/acct/2      | FAILED | FAILED
            0 issue ca.example; accounturi=https://ca.example/acct/2, 0 issue ca.example; accounturi=https://ca.example/acct/1 | PASSED | PASSED
            0 issue ca.example; accounturi=https://ca.example/acct/1; accounturi=https://ca.example/acct/1 | FAILED | FAILED
            0 issue ca.example; validationmethods=dns-01                  | FAILED | PASSED
            0 issue ca.example; validationmethods=dns-01,http-01          | PASSED | PASSED
            0 issue ca.example; validationmethods=tls-alpn-01             | PASSED | FAILED
            0 issue ca.example; validationmethods=ca-method               | FAILED | FAILED
            0 issue ca.example; policy=ev                                 | PASSED | PASSED
            # an invalid value permits no CA
            0 issue ca.example; nonsense                                  | FAILED | FAILED
            """)
    void followsRfc8659And8657(String records, Outcome name, Outcome wildcard) {
        CaaSet set = records == null ? CaaSet.NONE : new CaaSet("corp.test", properties(records));

        assertThat(CaaChecks.hop(new Observation.Found<>(set), false, APPLICANT).outcome())
                .isEqualTo(name);
        assertThat(CaaChecks.hop(new Observation.Found<>(set), true, wildcard(APPLICANT))
                        .outcome())
                .isEqualTo(wildcard);
    }

    @Test
    void searchesUpwardsUntilRecordsAreFound() throws IOException {
        Map<String, String> zone = Map.of("corp.test", "0 issue ca.example", "test", "0 issue other.example");
        List<String> queried = new ArrayList<>();
        CaaSet.Lookup lookup = name -> {
            queried.add(name);
            return zone.containsKey(name) ? properties(zone.get(name)) : List.of();
        };

        assertThat(CaaSet.search("a.b.corp.test", lookup).at()).isEqualTo("corp.test");
        assertThat(queried).containsExactly("a.b.corp.test", "b.corp.test", "corp.test");
        assertThat(CaaSet.search("elsewhere.test", lookup).at()).isEqualTo("test");
        assertThat(CaaSet.search("elsewhere.example", lookup)).isEqualTo(CaaSet.NONE);
    }

    @Test
    void reportsTheMissingRecord() {
        Hop hop = hop("0 issuewild other.example", true, APPLICANT);
        assertThat(hop.evidence()).contains("corp.test has CAA 0 issuewild \"other.example\"", "this CA is ca.example");
        assertThat(hop.remedy()).contains("add a CAA record at corp.test: 0 issuewild \"ca.example\"");
    }

    @Test
    void reportsTheAccountOrItsAbsence() {
        String other = "0 issue ca.example; accounturi=https://ca.example/acct/2";
        assertThat(hop(other, false, APPLICANT).remedy().orElseThrow()).contains(ACCOUNT);
        assertThat(hop(other, false, applicant(List.of("ca.example"), Optional.empty()))
                        .evidence())
                .contains("the account is not registered yet");
    }

    @Test
    void skipsTheCheckIfTheIdentityOfTheCaIsUnknown() {
        var nameless = applicant(List.of(), Optional.of(ACCOUNT));
        assertThat(hop("0 issue ca.example", false, nameless).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(hop("0 issue ;", false, nameless).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop("0 issue ca.example", false, new Observation.Missed<>("it is down"))
                        .evidence())
                .contains("it is down");
        assertThat(CaaChecks.hop(new Observation.Found<>(CaaSet.NONE), false, nameless)
                        .outcome())
                .isEqualTo(Outcome.PASSED);
    }

    @Test
    void failsIfCaaRecordsCannotBeResolved() {
        Hop hop = CaaChecks.hop(new Observation.Missed<>("ns1 says SERVFAIL"), false, APPLICANT);
        assertThat(hop.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop.evidence()).isEqualTo("ns1 says SERVFAIL");
    }

    private static Hop hop(String records, boolean wildcard, Observation<Applicant> applicant) {
        return CaaChecks.hop(
                new Observation.Found<>(new CaaSet("corp.test", properties(records))), wildcard, applicant);
    }

    private static Observation<Applicant> applicant(List<String> identities, Optional<String> account) {
        return new Observation.Found<>(
                Applicant.of(identities, account, new TreeSet<>(List.of("http-01", "tls-alpn-01"))));
    }

    private static Observation<Applicant> wildcard(Observation<Applicant> applicant) {
        return new Observation.Found<>(Applicant.of(
                applicant.found().orElseThrow().identities(), Optional.of(ACCOUNT), new TreeSet<>(List.of("dns-01"))));
    }

    private static List<CaaProperty> properties(String records) {
        return Arrays.stream(records.split(", ")).map(CaaChecksTest::property).toList();
    }

    private static CaaProperty property(String record) {
        String[] parts = record.strip().split(" ", 3);
        return new CaaProperty(parts[0].equals("128"), parts[1], parts[2]);
    }
}
