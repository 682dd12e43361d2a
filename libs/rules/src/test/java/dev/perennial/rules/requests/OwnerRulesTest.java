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
import dev.perennial.rules.requests.OwnerPolicies.Others;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnerRulesTest {
    private static final Policy INSTALLATION =
            new Policy(List.of("example.com"), List.of("example.com"), "local", List.of(Network.parse("192.0.2.0/24")));

    private static final Set<String> HOSTS = Set.of("web-1", "web-2");

    private static final Map<String, IssuerSettings> ISSUERS = Map.of(
            "local", issuer("local", Map.of("rehearsal", "staging")),
            "staging", issuer("staging", Map.of()),
            "rsa", issuer("rsa", Map.of("keyTypes", List.of("RSA_3072", "RSA_2048"))));

    private final Restrictions shop = new Restrictions();

    /** The policy of the owner {@code shop}. */
    private static final class Restrictions {
        private Optional<List<String>> suffixes = Optional.empty();
        private Optional<List<Network>> networks = Optional.empty();
        private Optional<List<String>> hosts = Optional.empty();
        private Optional<List<String>> issuers = Optional.empty();
        private Optional<List<KeyType>> keyTypes = Optional.empty();
        private boolean wildcards = true;
        private List<String> labels = List.of();

        private OwnerPolicies policies() {
            return new OwnerPolicies(
                    Map.of(
                            "shop",
                            new OwnerPolicy(
                                    suffixes,
                                    networks,
                                    hosts,
                                    issuers,
                                    keyTypes,
                                    wildcards,
                                    labels,
                                    Optional.empty(),
                                    OwnerApprovals.NONE,
                                    List.of(),
                                    List.of())),
                    Others.DENIED);
        }
    }

    @Test
    void restrictsNothingThatIsNotMentioned() {
        assertThat(check(request().names("*.a.example.com", "example.com").targets("web-1", "web-2")))
                .isInstanceOf(PolicyDecision.Acceptable.class);
    }

    @Test
    void allowsAnOwnerItsNamesOnly() {
        shop.suffixes = Optional.of(List.of("shop.example.com"));

        assertThat(check(request().names("shop.example.com", "*.shop.example.com", "a.b.shop.example.com")))
                .isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(problems(check(request().names("shop.example.com", "blog.example.com", "myshop.example.com"))))
                .containsExactly(
                        "forbidden-name: field 'identifiers': blog.example.com: owner 'shop' may request names below"
                                + " [shop.example.com] only; rule owners.shop.allowedSuffixes",
                        "forbidden-name: field 'identifiers': myshop.example.com: owner 'shop' may request names below"
                                + " [shop.example.com] only; rule owners.shop.allowedSuffixes");
    }

    @Test
    void allowsAnOwnerItsAddressesOnly() {
        shop.networks = Optional.of(List.of(Network.parse("192.0.2.0/28")));

        assertThat(check(request().addresses("192.0.2.1"))).isInstanceOf(PolicyDecision.Acceptable.class);
        assertThat(problems(check(request().addresses("192.0.2.16"))))
                .containsExactly(
                        "forbidden-name: field 'identifiers': 192.0.2.16: owner 'shop' may request addresses in"
                                + " [192.0.2.0/28] only; rule owners.shop.allowedNetworks");
        shop.networks = Optional.of(List.of());
        assertThat(problems(check(request().addresses("192.0.2.1"))))
                .containsExactly(
                        "forbidden-name: field 'identifiers': 192.0.2.1: owner 'shop' may request no addresses;"
                                + " rule owners.shop.allowedNetworks");
    }

    @Test
    void cannotWidenThePolicyOfTheInstallation() {
        shop.suffixes = Optional.of(List.of("example.org"));
        shop.networks = Optional.of(List.of(Network.parse("0.0.0.0/0")));
        shop.hosts = Optional.of(List.of("elsewhere"));
        shop.issuers = Optional.of(List.of("unknown"));

        assertThat(codes(check(
                        request().names("a.example.org").targets("elsewhere").issuer("unknown"))))
                .as("each is refused once, by the installation")
                .containsExactly(ErrorCode.FORBIDDEN_NAME, ErrorCode.UNKNOWN_ISSUER, ErrorCode.UNKNOWN_HOST);
        assertThat(codes(check(request().addresses("198.51.100.1")))).contains(ErrorCode.FORBIDDEN_NAME);
    }

    @Test
    void repeatsNoRefusalOfTheInstallation() {
        shop.suffixes = Optional.of(List.of("shop.example.com"));
        shop.hosts = Optional.of(List.of("web-1"));
        shop.issuers = Optional.of(List.of("local"));
        shop.keyTypes = Optional.of(List.of(KeyType.EC_P384));
        shop.wildcards = false;
        Policy withoutDns01 = new Policy(List.of("example.com"), List.of(), "local");

        CertificateRequested refused = request()
                .names("*.shop.example.com", "example.org")
                .targets("elsewhere")
                .issuer("unknown")
                .keyType("ED25519")
                .build();

        assertThat(codes(RequestRules.check(withoutDns01, ISSUERS, shop.policies(), HOSTS, refused)))
                .containsExactly(
                        ErrorCode.WILDCARD_NEEDS_DNS01,
                        ErrorCode.FORBIDDEN_NAME,
                        ErrorCode.UNKNOWN_ISSUER,
                        ErrorCode.UNKNOWN_KEY_TYPE,
                        ErrorCode.UNKNOWN_HOST);
    }

    @Test
    void reportsTheProblemsOfBothPoliciesAtOnce() {
        shop.suffixes = Optional.of(List.of("shop.example.com"));
        shop.hosts = Optional.of(List.of("web-1"));
        shop.issuers = Optional.of(List.of("rsa"));
        shop.keyTypes = Optional.of(List.of(KeyType.RSA_2048));
        shop.labels = List.of("cost-centre");
        shop.wildcards = false;

        assertThat(problems(check(request()
                        .names("*.shop.example.com", "blog.example.com", "a.example.org")
                        .targets("web-2", "elsewhere")
                        .issuer("local")
                        .keyType("EC_P256"))))
                .containsExactly(
                        "forbidden-name: field 'identifiers[2]': a.example.org is not in a domain that"
                                + " perennial.policy.allowed-suffixes permits",
                        "unknown-host: field 'targets': host 'elsewhere' is not registered",
                        "forbidden-name: field 'identifiers': blog.example.com: owner 'shop' may request names below"
                                + " [shop.example.com] only; rule owners.shop.allowedSuffixes",
                        "forbidden-name: field 'identifiers': *.shop.example.com: owner 'shop' may request no wildcards;"
                                + " rule owners.shop.wildcards",
                        "forbidden-for-owner: field 'issuer': issuer 'local': owner 'shop' may use issuers [rsa] only;"
                                + " rule owners.shop.issuers",
                        "forbidden-for-owner: field 'keyType': EC_P256: owner 'shop' may use key types [RSA_2048] only;"
                                + " rule owners.shop.keyTypes",
                        "forbidden-for-owner: field 'targets': host 'web-2': owner 'shop' may use hosts [web-1] only;"
                                + " rule owners.shop.hosts",
                        "forbidden-for-owner: field 'labels': 'cost-centre' is missing or empty: owner 'shop' must set it;"
                                + " rule owners.shop.requiredLabels");
    }

    @Test
    void requiresAValueForARequiredLabel() {
        shop.labels = List.of("cost-centre");

        assertThat(codes(check(request().label("cost-centre", " ")))).containsExactly(ErrorCode.FORBIDDEN_FOR_OWNER);
        assertThat(check(request().label("cost-centre", "42"))).isInstanceOf(PolicyDecision.Acceptable.class);
    }

    @Test
    void deniesOwnersWithoutAPolicyIfConfigured() {
        assertThat(problems(check(request().owner("blog"))))
                .containsExactly(
                        "forbidden-for-owner: field 'owner': 'blog' has no policy, and owners without one may not"
                                + " request; rule otherOwners");
        assertThat(RequestRules.check(
                        INSTALLATION,
                        ISSUERS,
                        new OwnerPolicies(shop.policies().owners(), Others.ALLOWED),
                        HOSTS,
                        request().owner("blog").build()))
                .isInstanceOf(PolicyDecision.Acceptable.class);
    }

    /** The sender has not proven a right to see the policy of the owner. */
    @Test
    void explainsNothingToTheSenderOfARequestWithoutResource() {
        shop.suffixes = Optional.of(List.of("secret.example.com"));

        for (Request unclear : List.of(request().name("No Name"), request().issuer("No Issuer"))) {
            assertThat(problems(check(unclear.names("blog.example.com"))))
                    .isNotEmpty()
                    .noneMatch(detail -> detail.contains("secret") || detail.contains("rule"));
        }
        assertThat(problems(check(request().owner("No Owner")))).noneMatch(detail -> detail.contains("rule"));
    }

    @Test
    void usesAKeyTypeThatTheOwnerMayUse() {
        shop.keyTypes = Optional.of(List.of(KeyType.EC_P384, KeyType.RSA_2048));

        assertThat(keyType(request())).isEqualTo(KeyType.EC_P384);
        assertThat(keyType(request().issuer("rsa"))).isEqualTo(KeyType.RSA_2048);
        shop.keyTypes = Optional.of(List.of(KeyType.EC_P384, KeyType.EC_P256));
        assertThat(keyType(request()))
                .as("the default of the issuer comes first")
                .isEqualTo(KeyType.EC_P256);
        assertThat(codes(check(request().issuer("rsa"))))
                .as("no type is possible")
                .containsExactly(ErrorCode.FORBIDDEN_FOR_OWNER);
    }

    @Test
    void rehearsesOnlyAtAnIssuerThatTheOwnerMayUse() {
        assertThat(rehearsalAt(request())).contains("staging");
        shop.issuers = Optional.of(List.of("local"));

        assertThat(rehearsalAt(request())).as("the first order is live").isEmpty();
        assertThat(problems(check(request().rehearse())))
                .containsExactly("forbidden-for-owner: field 'rehearse': issuer 'staging': owner 'shop' may use issuers"
                        + " [local] only; rule owners.shop.issuers");
    }

    @Test
    void checksAnExistingCertificate() {
        shop.suffixes = Optional.of(List.of("shop.example.com"));
        shop.hosts = Optional.of(List.of("web-1"));
        shop.issuers = Optional.of(List.of("rsa"));
        shop.keyTypes = Optional.of(List.of(KeyType.RSA_2048));
        shop.labels = List.of("cost-centre");
        shop.wildcards = false;
        CertificateSpec spec = new CertificateSpec(
                "local", KeyType.EC_P256, List.of(Identifier.dns("*.blog.example.com")), List.of("web-2"));

        assertThat(OwnerRules.check(shop.policies(), "shop", spec, Map.of())).hasSize(6);
        assertThat(OwnerRules.check(shop.policies(), "blog", spec, Map.of())).hasSize(1);
        assertThat(OwnerRules.check(OwnerPolicies.NONE, "shop", spec, Map.of())).isEmpty();
    }

    @Test
    void namesAFallbackThatTheOwnerMayNotUse() {
        Map<String, IssuerSettings> issuers = Map.of(
                "local", issuer("local", Map.of("fallbacks", List.of("rsa", "gone", "second", "third"))),
                "rsa", ISSUERS.get("rsa"),
                "second", issuer("second", Map.of()),
                "third", issuer("third", Map.of()));
        shop.issuers = Optional.of(List.of("local", "third"));
        CertificateSpec spec =
                new CertificateSpec("local", KeyType.EC_P256, List.of(Identifier.dns("shop.example.com")), List.of());

        assertThat(Fallback.of(spec, name -> Optional.ofNullable(issuers.get(name))).stream()
                        .map(it -> it.within(shop.policies(), "shop")))
                .containsExactly(
                        new Fallback("rsa", Optional.of("it does not certify these names, or this key type")),
                        new Fallback("gone", Optional.of("it is not configured")),
                        new Fallback("second", Optional.of("owner 'shop' may not use it; rule owners.shop.issuers")),
                        new Fallback("third", Optional.empty()));
        assertThat(new Fallback("third", Optional.empty())
                        .within(shop.policies(), "blog")
                        .obstacle())
                .contains("owner 'blog' may not use it; rule otherOwners");
    }

    @Test
    void showsTenOfManyAllowedValues() {
        shop.hosts =
                Optional.of(IntStream.range(0, 12).mapToObj(i -> "host-" + i).toList());

        assertThat(problems(check(request().targets("web-1"))))
                .singleElement()
                .asString()
                .contains("[host-0, ", "host-9 and 2 more] only");
    }

    /** A refusal is also an event, of at most 256 KiB. */
    @Test
    void boundsTheSizeOfARefusal() {
        String label = "x".repeat(60);
        shop.suffixes = Optional.of(IntStream.range(0, 100)
                .mapToObj(i -> i + "." + label + "." + label + "." + label + ".example.com")
                .toList());
        shop.wildcards = false;
        shop.labels = IntStream.range(0, 64).mapToObj(i -> i + "x".repeat(60)).toList();
        String[] names = IntStream.range(0, 100)
                .mapToObj(i -> "*." + i + "." + label + "." + label + "." + label + ".a.example.com")
                .toArray(String[]::new);

        List<String> problems = problems(check(request().names(names)));

        assertThat(problems).hasSize(264);
        assertThat(String.join("", problems).length()).isLessThan(150_000);
    }

    private PolicyDecision check(Request request) {
        return RequestRules.check(INSTALLATION, ISSUERS, shop.policies(), HOSTS, request.build());
    }

    private KeyType keyType(Request request) {
        return ((PolicyDecision.Acceptable) check(request)).spec().keyType();
    }

    private Optional<String> rehearsalAt(Request request) {
        return ((PolicyDecision.Acceptable) check(request)).rehearsalAt();
    }

    private static List<ErrorCode> codes(PolicyDecision decision) {
        return refusal(decision).stream().map(Problem::code).toList();
    }

    private static List<String> problems(PolicyDecision decision) {
        return refusal(decision).stream()
                .map(problem -> problem.code().wireName() + ": " + problem.detail())
                .toList();
    }

    private static List<Problem> refusal(PolicyDecision decision) {
        return ((PolicyDecision.Unacceptable) decision).problems();
    }

    private static IssuerSettings issuer(String name, Map<String, Object> more) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("name", name, "directory", "https://ca.example.com/directory"));
        settings.putAll(more);
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    private static Request request() {
        return new Request();
    }

    /** A request of the owner {@code shop}. */
    private static final class Request {
        private String name = "web";
        private String owner = "shop";
        private List<RequestedIdentifier> identifiers = List.of(new RequestedIdentifier("dns", "example.com"));
        private Optional<String> issuer = Optional.empty();
        private Optional<String> keyType = Optional.empty();
        private List<String> targets = List.of();
        private Map<String, String> labels = Map.of();
        private boolean rehearse;

        private Request name(String value) {
            name = value;
            return this;
        }

        private Request owner(String value) {
            owner = value;
            return this;
        }

        private Request names(String... values) {
            return identifiers("dns", values);
        }

        private Request addresses(String... values) {
            return identifiers("ip", values);
        }

        private Request identifiers(String type, String... values) {
            identifiers = Arrays.stream(values)
                    .map(value -> new RequestedIdentifier(type, value))
                    .toList();
            return this;
        }

        private Request issuer(String value) {
            issuer = Optional.of(value);
            return this;
        }

        private Request keyType(String value) {
            keyType = Optional.of(value);
            return this;
        }

        private Request targets(String... values) {
            targets = List.of(values);
            return this;
        }

        private Request label(String key, String value) {
            labels = Map.of(key, value);
            return this;
        }

        private Request rehearse() {
            rehearse = true;
            return this;
        }

        private CertificateRequested build() {
            return new CertificateRequested(name, owner, identifiers, issuer, keyType, targets, labels, rehearse);
        }
    }
}
