package dev.perennial.orders.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;
import dev.perennial.events.Problem;
import dev.perennial.rules.access.OwnerClaim;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.requests.OwnerApprovals;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.OwnerPolicies.Others;
import dev.perennial.rules.requests.OwnerPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
    @Test
    void readsEveryField() {
        assertThat(valid("""
                {"otherOwners": "DENIED", "owners": {"shop": {"contacts": ["shop@example.com"],
                 "allowedSuffixes": ["shop.example.com"], "allowedNetworks": ["192.0.2.0/28"], "hosts": ["web-1"],
                 "issuers": ["letsencrypt"], "keyTypes": ["EC_P384", "EC_P256"], "wildcards": false,
                 "requiredLabels": ["cost-centre"], "maxOrdersPerDay": 100,
                 "claims": [{"provider": "corp", "claim": "realm_access/roles", "value": "Team Shop*", "role": "requester"}],
                 "approvals": {"requests": {"role": "approver"}, "revocations": {"role": "admin", "expiresAfter": "30m"}}}}}"""))
                .isEqualTo(new OwnerPolicies(
                        Map.of(
                                "shop",
                                new OwnerPolicy(
                                        Optional.of(List.of("shop.example.com")),
                                        Optional.of(List.of(Network.parse("192.0.2.0/28"))),
                                        Optional.of(List.of("web-1")),
                                        Optional.of(List.of("letsencrypt")),
                                        Optional.of(List.of(KeyType.EC_P384, KeyType.EC_P256)),
                                        false,
                                        List.of("cost-centre"),
                                        Optional.of(100),
                                        new OwnerApprovals(
                                                Optional.of(new ApprovalNeed(
                                                        Role.APPROVER,
                                                        Duration.ofDays(2),
                                                        "owners.shop.approvals.requests")),
                                                Optional.of(new ApprovalNeed(
                                                        Role.ADMIN,
                                                        Duration.ofMinutes(30),
                                                        "owners.shop.approvals.revocations"))),
                                        List.of("shop@example.com"),
                                        List.of(new OwnerClaim(
                                                "corp", "realm_access/roles", "Team Shop*", Role.REQUESTER)))),
                        Others.DENIED));
    }

    @Test
    void restrictsNothingByAbsentFields() {
        assertThat(valid("{}")).isEqualTo(OwnerPolicies.NONE);
        assertThat(valid("{\"owners\": {\"shop\": {}}}").of("shop")).contains(OwnerPolicy.UNRESTRICTED);
    }

    @Test
    void allowsNoHostAndNoAddressByAnEmptyList() {
        OwnerPolicy shop = valid("""
                {"owners": {"shop": {"hosts": [], "allowedNetworks": []}}}""").of("shop").orElseThrow();

        assertThat(shop.hosts()).contains(List.of());
        assertThat(shop.allowedNetworks()).contains(List.of());
        assertThat(valid("""
                {"owners": {"shop": {"allowedSuffixes": [], "allowedNetworks": ["192.0.2.0/28"]}}}""").of("shop")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"issuers": []}                                   | owners.shop.issuers': is empty, which refuses every request
            {"keyTypes": []}                                  | owners.shop.keyTypes': is empty, which refuses every request
            {"allowedSuffixes": []}                           | owners.shop.allowedSuffixes': is empty, which refuses every name
            {"allowedSuffixes": [], "allowedNetworks": []}    | owners.shop.allowedSuffixes': is empty, which refuses every name
            {"allowedSuffixes": ["Shop.example.com"]}         | owners.shop.allowedSuffixes[0]': 'Shop.example.com' is not a domain
            {"allowedSuffixes": ["a.test", "*.b.test"]}       | owners.shop.allowedSuffixes[1]': '*.b.test' is not a domain
            {"allowedSuffixes": ["a.test", "a.test"]}         | owners.shop.allowedSuffixes[1]': 'a.test' is listed twice
            {"approvals": []}                                 | owners.shop.approvals': must be an object
            {"approvals": {"renewals": {}}}                   | owners.shop.approvals': the field 'renewals' is not known
            {"approvals": {"requests": {}}}                   | owners.shop.approvals.requests.role': must be approver or admin
            {"approvals": {"requests": {"role": "viewer"}}}   | owners.shop.approvals.requests.role': must be approver or admin
            {"approvals": {"requests": {"role": "Admin"}}}    | owners.shop.approvals.requests.role': must be approver or admin
            {"approvals": {"requests": {"role": "admin", "expiresAfter": "15d"}}} | owners.shop.approvals.requests.expiresAfter': must be a time
            {"approvals": {"requests": {"role": "admin", "expiresAfter": "0d"}}} | owners.shop.approvals.requests.expiresAfter': must be a time
            {"approvals": {"requests": {"role": "admin", "expiresAfter": 2}}} | owners.shop.approvals.requests.expiresAfter': must be a time
            {"approvals": {"requests": {"role": "admin", "until": "2d"}}} | owners.shop.approvals.requests': the field 'until' is not known
            {"allowedSuffixes": "a.test"}                     | owners.shop.allowedSuffixes': must be a list
            {"allowedSuffixes": null}                         | owners.shop.allowedSuffixes': must be a list
            {"allowedNetworks": ["192.0.2.1/28"]}             | owners.shop.allowedNetworks[0]': '192.0.2.1/28' is not a network
            {"hosts": ["web-1", 7]}                           | owners.shop.hosts[1]': must be the name of a host
            {"hosts": [" "]}                                  | owners.shop.hosts[0]': ' ' is not the name of a host
            {"issuers": ["No Issuer"]}                        | owners.shop.issuers[0]': 'No Issuer' is not the name of an issuer
            {"keyTypes": ["DSA"]}                             | owners.shop.keyTypes[0]': 'DSA' is not one of [EC_P256,
            {"wildcards": "false"}                            | owners.shop.wildcards': must be true or false
            {"wildcards": null}                               | owners.shop.wildcards': must be true or false
            {"requiredLabels": [""]}                          | owners.shop.requiredLabels[0]': '' is not the key of a label
            {"maxOrdersPerDay": 0}                            | owners.shop.maxOrdersPerDay': must be a number from 1 to 100000
            {"maxOrdersPerDay": 1.5}                          | owners.shop.maxOrdersPerDay': must be a number
            {"maxOrdersPerDay": 99999999999}                  | owners.shop.maxOrdersPerDay': must be a number
            {"contacts": ["nobody"]}                          | owners.shop.contacts[0]': 'nobody' is not an e-mail address
            {"contacts": ["a@b.test\\u0000"]}                 | owners.shop.contacts[0]':
            {"claims": {}}                                    | owners.shop.claims': must be a list of at most 64 claims
            {"claims": ["x"]}                                 | owners.shop.claims[0]': must be an object with the fields
            {"claims": [{"provider":"c","claim":"g","value":"v","role":"viewer","x":1}]} | owners.shop.claims[0]': has a field that is not known
            {"claims": [{"claim":"g","value":"v","role":"viewer"}]} | owners.shop.claims[0].provider': must be the name of an identity provider
            {"claims": [{"provider":"No","claim":"g","value":"v","role":"viewer"}]} | owners.shop.claims[0].provider': must be
            {"claims": [{"provider":"c","claim":" ","value":"v","role":"viewer"}]} | owners.shop.claims[0].claim': must be the path
            {"claims": [{"provider":"c","claim":"g","value":"**","role":"viewer"}]} | owners.shop.claims[0].value': must be a value
            {"claims": [{"provider":"c","claim":"g","value":7,"role":"viewer"}]} | owners.shop.claims[0].value': must be a value
            {"claims": [{"provider":"c","claim":"g","value":"v\\u202e","role":"viewer"}]} | owners.shop.claims[0].value': must be a value
            {"claims": [{"provider":"c","claim":"g","value":"v","role":"operator"}]} | owners.shop.claims[0].role': must be requester, viewer or approver
            {"claims": [{"provider":"c","claim":"g","value":"v","role":"admin"}]} | owners.shop.claims[0].role': must be requester, viewer or approver
            {"maxOrders": 7}                                  | owners.shop': the field 'maxOrders' is not known
            []                                                | owners.shop': must be an object
            null                                              | owners.shop': must be an object
            """)
    void namesThePathOfAProblem(String policy, String expected) {
        assertThat(problems("{\"owners\": {\"shop\": " + policy + "}}"))
                .singleElement()
                .asString()
                .contains("field '" + expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                | the policy must be an object
            null                              | the policy must be an object
            "policy"                          | the policy must be an object
            {"owner": {}}                     | the field 'owner' is not known; known: [otherOwners, owners]
            {"owners": []}                    | field 'owners': must be an object
            {"owners": null}                  | field 'owners': must be an object
            {"owners": {"No Owner": {}}}      | field 'owners': 'No Owner' is not the name of an owner
            {"owners": {"": {}}}              | field 'owners': '' is not the name of an owner
            {"otherOwners": "allowed"}        | field 'otherOwners': must be one of [ALLOWED, DENIED]
            {"otherOwners": true}             | field 'otherOwners': must be one of [ALLOWED, DENIED]
            {"otherOwners": null}             | field 'otherOwners': must be one of [ALLOWED, DENIED]
            """)
    void refusesOtherDocuments(String document, String expected) {
        assertThat(problems(document)).singleElement().asString().contains(expected);
    }

    @Test
    void reportsEveryProblemAtOnce() {
        assertThat(problems("""
                {"otherOwners": 1, "novelty": 1, "owners": {"shop": {"hosts": [""], "issuers": []}, "blog": 7}}""")).hasSize(5);
    }

    @Test
    void boundsTheNumberAndLengthOfProblems() {
        String hostile = IntStream.range(0, 5_000)
                .mapToObj(i -> "\"" + "x".repeat(100) + i + "\": 1")
                .collect(Collectors.joining(",", "{\"owners\": {\"shop\": {", "}}}"));

        List<String> problems = problems(hostile);

        assertThat(problems).hasSize(101).allMatch(detail -> detail.length() < 400);
        assertThat(problems.getLast()).contains("4900 more problems");
    }

    @ParameterizedTest
    @CsvSource({"allowedSuffixes, 1000", "hosts, 1000", "issuers, 1000", "requiredLabels, 64", "contacts, 1000"})
    void limitsTheLengthOfLists(String field, int max) {
        String values =
                IntStream.range(0, 1_001).mapToObj(i -> "\"v" + i + "\"").collect(Collectors.joining(",", "[", "]"));

        assertThat(problems("{\"owners\": {\"shop\": {\"" + field + "\": " + values + "}}}"))
                .singleElement()
                .asString()
                .contains("at most " + max + " values");
    }

    private static OwnerPolicies valid(String document) {
        return ((PolicyReader.Valid) read(document)).policies();
    }

    private static List<String> problems(String document) {
        List<Problem> problems = ((PolicyReader.Invalid) read(document)).problems();
        assertThat(problems).extracting(Problem::code).containsOnly(ErrorCode.INVALID_FIELD);
        return problems.stream().map(Problem::detail).toList();
    }

    private static PolicyReader.Result read(String document) {
        try {
            return PolicyReader.read(EventCodec.mapper().readTree(document));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
