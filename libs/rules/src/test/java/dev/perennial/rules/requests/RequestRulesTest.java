package dev.perennial.rules.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestRulesTest {
    private static final Policy POLICY =
            new Policy(List.of("example.com", "xn--bcher-kva.test"), List.of("wild.example.com"), "local");

    private static final Set<String> HOSTS = Set.of("web-1");

    private static final Map<String, IssuerSettings> ISSUERS = Map.of("local", issuer(Map.of()));

    @Test
    void bringsARequestIntoCanonicalForm() {
        PolicyDecision decision = check(
                POLICY,
                ISSUERS,
                request(
                        "shop",
                        "web",
                        Optional.empty(),
                        Optional.empty(),
                        List.of("web-1", "web-1"),
                        "WWW.Example.com.",
                        "a.example.com"));

        assertThat(decision).isInstanceOfSatisfying(PolicyDecision.Acceptable.class, it -> {
            assertThat(it.spec().identifiers())
                    .extracting(Identifier::value)
                    .containsExactly("a.example.com", "www.example.com");
            assertThat(it.spec().keyType()).isEqualTo(KeyType.EC_P256);
            assertThat(it.spec().issuer()).isEqualTo("local");
            assertThat(it.spec().targets()).containsExactly("web-1");
        });
    }

    @Test
    void limitsTheTargets() {
        List<String> hosts = IntStream.rangeClosed(0, RequestRules.MAX_TARGETS)
                .mapToObj(i -> "host-" + i)
                .toList();

        PolicyDecision decision = check(
                POLICY, ISSUERS, request("shop", "web", Optional.empty(), Optional.empty(), hosts, "shop.example.com"));

        assertThat(decision)
                .isInstanceOfSatisfying(PolicyDecision.Unacceptable.class, refused -> assertThat(refused.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.detail()).contains("at most 500 hosts", "got 501")));
    }

    @Test
    void convertsInternationalizedNamesToALabels() {
        PolicyDecision decision = check(POLICY, ISSUERS, names("bücher.test"));

        assertThat(decision).isInstanceOfSatisfying(PolicyDecision.Acceptable.class, it -> assertThat(
                        it.spec().identifiers())
                .containsExactly(new Identifier("dns", "xn--bcher-kva.test")));
    }

    @Test
    void reportsEveryProblemAtOnce() {
        PolicyDecision decision = check(
                POLICY,
                ISSUERS,
                request(
                        "No",
                        "",
                        Optional.of("unknown"),
                        Optional.of("ED25519"),
                        List.of("elsewhere"),
                        "*.example.com",
                        "example.org",
                        "a_b.example.com",
                        "A.example.com",
                        "a.EXAMPLE.com"));

        assertThat(codes(decision))
                .containsExactly(
                        ErrorCode.INVALID_FIELD,
                        ErrorCode.INVALID_FIELD,
                        ErrorCode.WILDCARD_NEEDS_DNS01,
                        ErrorCode.FORBIDDEN_NAME,
                        ErrorCode.INVALID_NAME,
                        ErrorCode.DUPLICATE_NAME,
                        ErrorCode.UNKNOWN_ISSUER,
                        ErrorCode.UNKNOWN_KEY_TYPE,
                        ErrorCode.UNKNOWN_HOST);
    }

    @Test
    void acceptsWildcardsWithDns01() {
        assertThat(check(POLICY, ISSUERS, names("*.wild.example.com", "*.a.wild.example.com", "wild.example.com")))
                .isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(codes(check(POLICY, ISSUERS, names("*.notwild.example.com"))))
                .containsExactly(ErrorCode.WILDCARD_NEEDS_DNS01);
    }

    @Test
    void acceptsAtMostOneHundredNames() {
        assertThat(check(POLICY, ISSUERS, names(many(100)))).isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(codes(check(POLICY, ISSUERS, names(many(101))))).containsExactly(ErrorCode.TOO_MANY_NAMES);
        assertThat(codes(check(POLICY, ISSUERS, names()))).containsExactly(ErrorCode.INVALID_FIELD);
    }

    @Test
    void acceptsAtMostAsManyNamesAsTheIssuerCertifies() {
        Map<String, IssuerSettings> issuers = local(Map.of("maxIdentifiers", 25));

        assertThat(check(POLICY, issuers, names(many(25)))).isInstanceOf(PolicyDecision.Acceptable.class);
        var refused = (PolicyDecision.Unacceptable) check(POLICY, issuers, names(many(26)));
        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.TOO_MANY_NAMES);
            assertThat(problem.detail()).contains("'local' certifies at most 25", "got 26");
        });
    }

    @Test
    void acceptsNamesAndAddressesOnly() {
        assertThat(codes(check(POLICY, ISSUERS, names("192.0.2.1")))).containsExactly(ErrorCode.INVALID_NAME);
        CertificateRequested ip = new CertificateRequested(
                "shop",
                "web",
                Arrays.asList(
                        new RequestedIdentifier("ip", "192.0.2.1"),
                        new RequestedIdentifier("ip", "example.com"),
                        new RequestedIdentifier("ip", null),
                        new RequestedIdentifier("email", "a@example.com"),
                        new RequestedIdentifier(null, null)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());
        assertThat(codes(check(POLICY, ISSUERS, ip)))
                .containsExactly(
                        ErrorCode.FORBIDDEN_NAME,
                        ErrorCode.INVALID_NAME,
                        ErrorCode.INVALID_FIELD,
                        ErrorCode.INVALID_NAME,
                        ErrorCode.INVALID_NAME);
    }

    @Test
    void acceptsAddressesOfAllowedNetworks() {
        Policy policy = new Policy(
                POLICY.allowedSuffixes(),
                POLICY.wildcardSuffixes(),
                POLICY.defaultIssuer(),
                List.of(Network.parse("192.0.2.0/24"), Network.parse("2001:db8::/32")));
        CertificateRequested mixed = addresses("192.0.2.1", "2001:DB8:0::1");

        assertThat(check(policy, ISSUERS, mixed))
                .isInstanceOfSatisfying(PolicyDecision.Acceptable.class, it -> assertThat(
                                it.spec().identifiers())
                        .containsExactly(
                                new Identifier("ip", "192.0.2.1"),
                                new Identifier("ip", "2001:db8::1"),
                                new Identifier("dns", "example.com")));
        assertThat(codes(check(policy, ISSUERS, addresses("192.0.3.1")))).containsExactly(ErrorCode.FORBIDDEN_NAME);
        assertThat(codes(check(policy, ISSUERS, addresses("2001:db8::1", "2001:DB8:0:0::1"))))
                .containsExactly(ErrorCode.DUPLICATE_NAME);
    }

    @Test
    void usesThePreferredKeyTypeOfTheIssuerAndRefusesOthers() {
        Map<String, Object> rsa = Map.of("keyTypes", List.of("RSA_3072", "RSA_2048"));

        assertThat(keyType(rsa, Optional.empty())).isEqualTo(KeyType.RSA_3072);
        assertThat(keyType(rsa, Optional.of("RSA_2048"))).isEqualTo(KeyType.RSA_2048);
        assertThat(keyType(Map.of(), Optional.empty())).isEqualTo(KeyType.EC_P256);
        assertThat(problems(at(rsa, Optional.of("EC_P256"), "a.example.com")))
                .containsExactly("field 'keyType': the issuer accepts [RSA_3072, RSA_2048], not EC_P256");
    }

    @Test
    void refusesNamesThatTheIssuerMayNotCertify() {
        Map<String, Object> narrow = Map.of("allowedSuffixes", List.of("shop.example.com"));

        assertThat(at(narrow, Optional.empty(), "shop.example.com", "a.shop.example.com"))
                .isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(problems(
                        at(narrow, Optional.empty(), "a.shop.example.com", "www.example.com", "myshop.example.com")))
                .hasSize(2)
                .allMatch(detail -> detail.contains(
                        "may not be certified by the issuer 'local'; allowed there: [shop.example.com]"));
        assertThat(problems(at(Map.of("allowedSuffixes", List.of("org")), Optional.empty(), "a.example.org")))
                .as("the policy of the installation applies as well")
                .singleElement()
                .asString()
                .contains("is not in a domain that perennial.policy.allowed-suffixes permits");
    }

    @Test
    void refusesAddressesAtAnIssuerForNames() {
        Policy policy = new Policy(List.of("example.com"), List.of(), "local", List.of(Network.parse("192.0.2.0/24")));
        CertificateRequested address = addresses("192.0.2.1");

        assertThat(check(policy, ISSUERS, address)).isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(check(policy, local(Map.of("allowedSuffixes", List.of("example.com"))), address))
                .isInstanceOf(PolicyDecision.Unacceptable.class);
        assertThat(check(
                        policy,
                        local(Map.of(
                                "allowedSuffixes", List.of("example.com"), "allowedNetworks", List.of("192.0.2.0/28"))),
                        address))
                .isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(check(
                        policy,
                        local(Map.of(
                                "allowedSuffixes",
                                List.of("example.com"),
                                "allowedNetworks",
                                List.of("192.0.2.16/28"))),
                        address))
                .isInstanceOf(PolicyDecision.Unacceptable.class);
    }

    @Test
    void allowsAFailoverOnlyWithinTheIssuerPolicy() {
        CertificateSpec spec =
                new CertificateSpec("other", KeyType.EC_P256, List.of(Identifier.dns("a.example.com")), List.of());

        assertThat(policyOf(Map.of()).allows(spec)).isTrue();
        assertThat(policyOf(Map.of("keyTypes", List.of("RSA_2048"))).allows(spec))
                .isFalse();
        assertThat(policyOf(Map.of("allowedSuffixes", List.of("b.example.com"))).allows(spec))
                .isFalse();
        assertThat(policyOf(Map.of("maxIdentifiers", 1)).allows(spec)).isTrue();
        assertThat(policyOf(Map.of("maxIdentifiers", 1))
                        .allows(new CertificateSpec(
                                "other",
                                KeyType.EC_P256,
                                List.of(Identifier.dns("a.example.com"), Identifier.dns("b.example.com")),
                                List.of())))
                .isFalse();
    }

    private static PolicyDecision check(
            Policy policy, Map<String, IssuerSettings> issuers, CertificateRequested request) {
        return RequestRules.check(policy, issuers, OwnerPolicies.NONE, HOSTS, request);
    }

    private static IssuerSettings issuer(Map<String, Object> more) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("name", "local", "directory", "https://ca.example.com/directory"));
        settings.putAll(more);
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    private static IssuerPolicy policyOf(Map<String, Object> settings) {
        return new IssuerPolicy(issuer(settings));
    }

    private static Map<String, IssuerSettings> local(Map<String, Object> settings) {
        return Map.of("local", issuer(settings));
    }

    private static PolicyDecision at(Map<String, Object> settings, Optional<String> keyType, String... names) {
        return check(POLICY, local(settings), request("shop", "web", Optional.empty(), keyType, List.of(), names));
    }

    private static KeyType keyType(Map<String, Object> settings, Optional<String> keyType) {
        return ((PolicyDecision.Acceptable) at(settings, keyType, "a.example.com"))
                .spec()
                .keyType();
    }

    private static List<String> problems(PolicyDecision decision) {
        return ((PolicyDecision.Unacceptable) decision)
                .problems().stream().map(Problem::detail).toList();
    }

    @Test
    void refusesNamesThatOnlyEndWithAnAllowedSuffix() {
        assertThat(codes(check(POLICY, ISSUERS, names("notexample.com", "example.com.evil.test"))))
                .containsExactly(ErrorCode.FORBIDDEN_NAME, ErrorCode.FORBIDDEN_NAME);
        assertThat(check(POLICY, ISSUERS, names("example.com"))).isInstanceOf(PolicyDecision.Acceptable.class);
    }

    @Test
    void limitsLabels() {
        Map<String, String> tooMany = IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));

        for (Map<String, String> labels :
                List.of(tooMany, Map.of("key", "v".repeat(256)), Map.of("k".repeat(64), "value"))) {
            assertThat(codes(check(POLICY, ISSUERS, labelled(labels)))).containsExactly(ErrorCode.INVALID_FIELD);
        }
        assertThat(check(POLICY, ISSUERS, labelled(Map.of("k".repeat(63), "v".repeat(255)))))
                .isInstanceOf(PolicyDecision.Acceptable.class);
    }

    @Test
    void acceptsOnlyConfiguredChangeWindows() {
        Policy policy = new Policy(List.of("example.com"), List.of(), "local", List.of(), Set.of("night"));

        assertThat(check(policy, ISSUERS, labelled(Map.of("change-window", "night"))))
                .isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(codes(check(policy, ISSUERS, labelled(Map.of("change-window", "day")))))
                .containsExactly(ErrorCode.INVALID_FIELD);
    }

    @Test
    void refusesLabelsThatCannotBeStored() {
        for (String unclean : List.of("\0", "\uD83D", "\uDE00")) {
            assertThat(codes(check(POLICY, ISSUERS, labelled(Map.of("key", unclean)))))
                    .containsExactly(ErrorCode.INVALID_FIELD);
            assertThat(codes(check(POLICY, ISSUERS, labelled(Map.of(unclean, "value")))))
                    .containsExactly(ErrorCode.INVALID_FIELD);
        }
    }

    private static CertificateRequested addresses(String... addresses) {
        return new CertificateRequested(
                "shop",
                "web",
                Stream.concat(
                                Arrays.stream(addresses).map(value -> new RequestedIdentifier("ip", value)),
                                Stream.of(new RequestedIdentifier("dns", "example.com")))
                        .toList(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    private static CertificateRequested labelled(Map<String, String> labels) {
        return new CertificateRequested(
                "shop",
                "web",
                List.of(new RequestedIdentifier("dns", "example.com")),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                labels);
    }

    private static String[] many(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i + ".example.com").toArray(String[]::new);
    }

    private static CertificateRequested names(String... names) {
        return request("shop", "web", Optional.empty(), Optional.empty(), List.of(), names);
    }

    private static CertificateRequested request(
            String name,
            String owner,
            Optional<String> issuer,
            Optional<String> keyType,
            List<String> targets,
            String... names) {
        return new CertificateRequested(
                name,
                owner,
                Arrays.stream(names)
                        .map(value -> new RequestedIdentifier("dns", value))
                        .toList(),
                issuer,
                keyType,
                targets,
                Map.of());
    }

    private static List<ErrorCode> codes(PolicyDecision decision) {
        return switch (decision) {
            case PolicyDecision.Acceptable it -> List.of();
            case PolicyDecision.Unacceptable it ->
                it.problems().stream().map(Problem::code).toList();
        };
    }
}
