package dev.perennial.rules.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.rules.access.ClaimRule.NamedOwners;
import dev.perennial.rules.access.ClaimRule.OwnersOfClaim;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimRuleTest {
    private static final Set<String> ALL = Set.of("*");

    @Test
    void grantsARoleForNamedOwners() {
        ClaimRule rule = rule("pki", new NamedOwners(Set.of("shop")));

        assertThat(grants(rule, Map.of("groups", Set.of("pki", "other"))))
                .containsExactly(Grant.forOwner(Role.REQUESTER, "shop"));
        assertThat(grants(rule, Map.of("groups", Set.of("other")))).isEmpty();
        assertThat(grants(rule, Map.of())).isEmpty();
    }

    @Test
    void grantsARoleForTheOwnersInAClaim() {
        ClaimRule rule = rule("pki", new OwnersOfClaim("teams", "/t/"));

        assertThat(grants(rule, Map.of("groups", Set.of("pki"), "teams", Set.of("/t/shop", "/t/blog", "other"))))
                .containsExactly(new Grant(Role.REQUESTER, Set.of("shop", "blog"), ALL, ALL));
    }

    @ParameterizedTest
    @CsvSource({"*", "/t/*", "/t/", "/t/Shop", "/t/shop/web", "shop"})
    void grantsNothingForValuesThatAreNoOwners(String team) {
        ClaimRule rule = rule("pki", new OwnersOfClaim("teams", "/t/"));

        assertThat(grants(rule, Map.of("groups", Set.of("pki"), "teams", Set.of(team))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "system:serviceaccount:shop:*, system:serviceaccount:shop:web, true",
        "system:serviceaccount:shop:*, system:serviceaccount:shop2:web, false",
        "pki, pki-admin, false",
        "pki, PKI, false",
    })
    void comparesTheValueWithAPattern(String pattern, String value, boolean granted) {
        assertThat(grants(rule(pattern, new NamedOwners(ALL)), Map.of("groups", Set.of(value))))
                .hasSize(granted ? 1 : 0);
    }

    @Test
    void refusesRulesWithoutAnOwner() {
        assertThatIllegalArgumentException().isThrownBy(() -> rule("pki", new NamedOwners(Set.of())));
        assertThatIllegalArgumentException().isThrownBy(() -> rule(" ", new NamedOwners(ALL)));
    }

    private static ClaimRule rule(String value, ClaimRule.Owners owners) {
        return new ClaimRule("groups", value, Role.REQUESTER, owners, ALL, ALL);
    }

    private static List<Grant> grants(ClaimRule rule, Map<String, Set<String>> claims) {
        return ClaimRule.grants("corp", List.of(rule), path -> claims.getOrDefault(path, Set.of())).stream()
                .map(ConfiguredGrant::grant)
                .toList();
    }

    @Test
    void tellsRulesApartByTheirText() {
        ClaimRule.Owners shop = new ClaimRule.NamedOwners(Set.of("shop", "blog"));
        Set<String> all = Set.of("*");
        ClaimRule rule = new ClaimRule("groups", "shop", Role.REQUESTER, shop, all, all);

        assertThat(new ClaimRule(
                                "groups",
                                "shop",
                                Role.REQUESTER,
                                new ClaimRule.NamedOwners(Set.of("blog", "shop")),
                                all,
                                all)
                        .text())
                .isEqualTo(rule.text());
        assertThat(List.of(
                        rule.text(),
                        new ClaimRule("teams", "shop", Role.REQUESTER, shop, all, all).text(),
                        new ClaimRule("groups", "sho*", Role.REQUESTER, shop, all, all).text(),
                        new ClaimRule("groups", "shop", Role.VIEWER, shop, all, all).text(),
                        new ClaimRule("groups", "shop", Role.REQUESTER, shop, Set.of("web"), all).text(),
                        new ClaimRule("groups", "shop", Role.REQUESTER, shop, all, Set.of("public")).text(),
                        new ClaimRule(
                                        "groups",
                                        "shop",
                                        Role.REQUESTER,
                                        new ClaimRule.OwnersOfClaim("teams", "/t/"),
                                        all,
                                        all)
                                .text()))
                .doesNotHaveDuplicates();
    }
}
