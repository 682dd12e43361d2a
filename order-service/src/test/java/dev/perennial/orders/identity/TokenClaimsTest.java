package dev.perennial.orders.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenClaimsTest {
    private static final TokenClaims CLAIMS = claims("""
            {"sub": "alice", "groups": ["a", 7, null, "b"], "realm_access": {"roles": ["admin"]},
             "https://example.com/teams": ["shop"], "nothing": null, "number": 1}""");

    @Test
    void readsATextAnArrayAndANestedClaim() {
        assertThat(CLAIMS.values("sub")).containsExactly("alice");
        assertThat(CLAIMS.values("groups")).containsExactlyInAnyOrder("a", "b");
        assertThat(CLAIMS.values("realm_access/roles")).containsExactly("admin");
    }

    @Test
    void readsAClaimWhoseNameHasSlashes() {
        assertThat(CLAIMS.values("https://example.com/teams")).containsExactly("shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "sub/roles", "groups/0", "realm_access", "nothing", "number", "", "/"})
    void hasNoValuesElsewhere(String path) {
        assertThat(CLAIMS.values(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b", "..", "a.!.c", "a.bm90IGpzb24.c", "a.b.c.d"})
    void readsNothingElseThanASignedToken(String token) {
        assertThat(TokenClaims.unverified(token).flatMap(claims -> claims.text("iss")))
                .isEmpty();
    }

    private static TokenClaims claims(String json) {
        String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        return TokenClaims.unverified("header." + payload + ".signature").orElseThrow();
    }
}
