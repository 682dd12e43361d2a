package dev.perennial.validation.selection;

import static dev.perennial.validation.selection.ChallengeType.DNS_01;
import static dev.perennial.validation.selection.ChallengeType.HTTP_01;
import static dev.perennial.validation.selection.ChallengeType.TLS_ALPN_01;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengeRulesTest {
    private static final Set<ChallengeType> ALL = EnumSet.allOf(ChallengeType.class);
    private static final ChallengeRules RULES = new ChallengeRules(
            List.of(
                    rule("", List.of(HTTP_01, DNS_01), null),
                    rule("example.com", List.of(DNS_01, HTTP_01, TLS_ALPN_01), "inside"),
                    rule("web.example.com", List.of(TLS_ALPN_01), null),
                    rule("delegated.test", List.of(), "outside")),
            Map.of("inside", Optional.empty(), "outside", Optional.empty(), "zoned", suffix("zone.test")));

    @ParameterizedTest
    @CsvSource({
        "a.example.com, 1, 'DNS_01,HTTP_01,TLS_ALPN_01'",
        "a.example.com, 2, 'HTTP_01,TLS_ALPN_01,DNS_01'",
        "a.example.com, 3, 'TLS_ALPN_01,DNS_01,HTTP_01'",
        "a.example.com, 4, 'DNS_01,HTTP_01,TLS_ALPN_01'",
        "example.com, 1, 'DNS_01,HTTP_01,TLS_ALPN_01'",
        "notexample.com, 1, 'HTTP_01,DNS_01'",
        "web.example.com, 1, TLS_ALPN_01",
        "web.example.com, 7, TLS_ALPN_01",
        "a.web.example.com, 1, TLS_ALPN_01",
        "a.delegated.test, 1, 'HTTP_01,DNS_01'",
    })
    void usesTheLongestSuffixAndRotatesMethodsPerAttempt(String name, int attempt, String methods) {
        assertThat(RULES.methods(Identifier.dns(name), false, ALL, attempt)).containsExactlyElementsOf(listed(methods));
    }

    @Test
    void prefersTheRulesOfTheIssuer() {
        ChallengeRules both = RULES.withIssuerRules(
                List.of(rule("example.com", List.of(HTTP_01), null), rule("delegated.test", List.of(), "elsewhere")));

        assertThat(both.methods(Identifier.dns("web.example.com"), false, ALL, 1))
                .as("although the installation has a longer suffix")
                .containsExactly(HTTP_01);
        assertThat(both.methods(Identifier.dns("other.test"), false, ALL, 1)).containsExactly(HTTP_01, DNS_01);
        assertThat(both.provider("a.example.com")).contains("inside");
        assertThat(both.provider("a.delegated.test"))
                .as("a missing provider is reported by the order")
                .contains("elsewhere");
    }

    @Test
    void readsTheRulesOfAnIssuer() {
        var settings = new IssuerSettings.ChallengeRule(
                Optional.of("Example.com"), List.of("dns-01", "dns-99"), Optional.of("inside"));

        assertThat(IssuerChallengeRules.rule(settings)).isEqualTo(rule("example.com", List.of(DNS_01), "inside"));
        assertThat(IssuerChallengeRules.rule(
                        new IssuerSettings.ChallengeRule(Optional.empty(), List.of("http-01"), Optional.empty())))
                .isEqualTo(rule("", List.of(HTTP_01), null));
    }

    @ParameterizedTest
    @CsvSource({"a.example.com, DNS_01", "other.test, DNS_01", "web.example.com, ''"})
    void provesWildcardsByDnsOnly(String name, String methods) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(RULES.methods(Identifier.dns(name), true, ALL, attempt))
                    .containsExactlyElementsOf(listed(methods));
        }
    }

    @Test
    void omitsMethodsThatTheCaDoesNotOffer() {
        assertThat(RULES.methods(Identifier.dns("a.example.com"), false, EnumSet.of(DNS_01, TLS_ALPN_01), 2))
                .containsExactly(TLS_ALPN_01, DNS_01);
        assertThat(RULES.methods(Identifier.dns("a.example.com"), false, Set.of(), 2))
                .isEmpty();
    }

    @Test
    void hasDefaultsWithoutRules() {
        var none = ChallengeRules.none();
        var provider = new ChallengeRules(List.of(), Map.of("bind", suffix("example.com")));
        Identifier name = Identifier.dns("a.example.com");

        assertThat(none.methods(name, false, ALL, 1)).containsExactly(HTTP_01, TLS_ALPN_01);
        assertThat(none.methods(name, true, ALL, 1)).isEmpty();
        assertThat(provider.methods(name, false, ALL, 1)).containsExactly(HTTP_01, TLS_ALPN_01);
        assertThat(provider.methods(name, true, ALL, 1)).containsExactly(DNS_01);
    }

    @ParameterizedTest
    @CsvSource({
        "_acme-challenge.a.example.com, inside",
        "_acme-challenge.web.example.com, inside",
        "x.delegated.test, outside",
        "_acme-challenge.zone.test, zoned",
        "_acme-challenge.elsewhere.test, ",
    })
    void findsTheProviderOfARecord(String record, String provider) {
        assertThat(RULES.provider(record)).isEqualTo(Optional.ofNullable(provider));
    }

    @Test
    void usesTheOnlyProviderUnlessItHasAZone() {
        assertThat(new ChallengeRules(List.of(), Map.of("one", Optional.empty())).provider("a.b.test"))
                .contains("one");
        assertThat(new ChallengeRules(List.of(), Map.of("one", suffix("c.test"))).provider("a.b.test"))
                .isEmpty();
        assertThat(new ChallengeRules(List.of(), Map.of("one", suffix("c.test"), "two", suffix("a.c.test")))
                        .provider("x.a.c.test"))
                .contains("two");
    }

    @Test
    void refusesContradictoryRules() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChallengeRules(List.of(rule("a.test", List.of(DNS_01), "missing")), Map.of()))
                .withMessageContaining("'missing'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChallengeRules(
                        List.of(rule("a.test", List.of(DNS_01), null), rule("*.A.test.", List.of(HTTP_01), null)),
                        Map.of()))
                .withMessageContaining("two rules for a.test");
    }

    private static ChallengeRule rule(String suffix, List<ChallengeType> methods, String provider) {
        return new ChallengeRule(new Suffix(suffix), methods, Optional.ofNullable(provider));
    }

    private static Optional<Suffix> suffix(String text) {
        return Optional.of(new Suffix(text));
    }

    private static List<ChallengeType> listed(String text) {
        return text.isEmpty()
                ? List.of()
                : List.of(text.split(",")).stream().map(ChallengeType::valueOf).toList();
    }
}
