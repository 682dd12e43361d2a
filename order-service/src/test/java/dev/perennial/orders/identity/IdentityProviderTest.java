package dev.perennial.orders.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.perennial.rules.access.ClaimRule;
import dev.perennial.rules.access.ConfiguredGrant;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityProviderTest {
    private static final String PREFIX = "perennial.identity-providers.";

    @Test
    void readsAProviderAndItsRules() {
        IdentityProvider provider = provider(Map.of());

        assertThat(provider.principal("alice")).isEqualTo("user:alice@corp");
        assertThat(provider.principalClaim()).isEqualTo("sub");
        assertThat(provider.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.owners()).isEqualTo(new ClaimRule.NamedOwners(Set.of("shop", "blog")));
            assertThat(rule.names()).containsExactly("*");
        });
    }

    @Test
    void containsTheRulesThatAreConfigured() {
        IdentityProvider provider = provider(Map.of());
        Grant grant = Grant.forOwner(Role.REQUESTER, "shop");
        String rule = provider.rules().getFirst().text();

        assertThat(provider.contains(new ConfiguredGrant("corp", rule, grant))).isTrue();
        assertThat(provider.contains(new ConfiguredGrant("other", rule, grant))).isFalse();
        assertThat(provider(Map.of("corp.grants[0].value", "others"))
                        .contains(new ConfiguredGrant("corp", rule, grant)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://sso.example.com", "http://127.0.0.1.example.com", "ftp://localhost", "sso", "urn:a:b"})
    void requiresHttps(String issuer) {
        assertInvalid(Map.of("corp.issuer", issuer), "perennial.identity-providers.corp.issuer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080/realms/a",
                "http://127.0.0.1:1",
                "http://[::1]:1",
                "https://sso.example.com"
            })
    void acceptsLoopbackAddressesAndHttps(String issuer) {
        assertThat(provider(Map.of("corp.issuer", issuer)).issuer()).hasToString(issuer);
    }

    @ParameterizedTest
    @CsvSource({
        "corp.grants[0].role,       root,    grants[0].role",
        "corp.grants[0].value,      ' ',     grants[0]",
        "corp.grants[0].owners-claim, teams, either owners or owners-claim",
        "corp.grants[0].owners-prefix, /t/,  requires owners-claim",
    })
    void namesTheInvalidProperty(String property, String value, String message) {
        assertInvalid(Map.of(property, value), message);
    }

    private static void assertInvalid(Map<String, String> properties, String message) {
        assertThatIllegalStateException().isThrownBy(() -> provider(properties)).withMessageContaining(message);
    }

    private static IdentityProvider provider(Map<String, String> changes) {
        Map<String, String> all = new HashMap<>(Map.of(
                "corp.issuer", "https://sso.example.com/realms/corp",
                "corp.audience", "perennial",
                "corp.grants[0].claim", "groups",
                "corp.grants[0].value", "shop-admins",
                "corp.grants[0].role", "requester",
                "corp.grants[0].owners", "shop,blog"));
        all.putAll(changes);
        Map<String, String> prefixed = new HashMap<>();
        all.forEach((key, value) -> prefixed.put(PREFIX + key, value));
        IdentityProvidersConfig config = new SmallRyeConfigBuilder()
                .withMapping(IdentityProvidersConfig.class)
                .withSources(new PropertiesConfigSource(prefixed, "test", 100))
                .build()
                .getConfigMapping(IdentityProvidersConfig.class);
        return IdentityProvider.of("corp", config.providers().get("corp"));
    }
}
