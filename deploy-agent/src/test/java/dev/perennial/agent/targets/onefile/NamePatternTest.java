package dev.perennial.agent.targets.onefile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource({
        "shop, shop, true",
        "shop, blog, false",
        "shop*, shop, true",
        "shop*, shop-eu, true",
        "shop*, sho, false",
        "sho?, shop, true",
        "sho?, sho, false",
        "*op, shop, true",
        "s*o*p, shop, true",
        "*, '', true",
        "/a/*, /a/b, true",
        "/a/*, /a/b/c, false",
        "/a?b, /a/b, false",
        "shop.eu, shopxeu, false"
    })
    void matchesATextWithStarsAndQuestionMarks(String pattern, String text, boolean matches) {
        assertThat(new NamePattern(pattern).matches(text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "shop*, *shop, true",
        "shop*, blog*, false",
        "a*, *b, true",
        "a*c, ab*, true",
        "a?, ?b, true",
        "a?, ???, false",
        "*, *, true",
        "a*b, b*a, false",
        "/v/*, /v/*/x, false",
        "/v/a-*, /v/b-*, false",
        "/v/*/x, /v/shop/*, true"
    })
    void findsWhetherATextMatchesBoth(String one, String other, boolean intersect) {
        assertThat(new NamePattern(one).intersects(new NamePattern(other))).isEqualTo(intersect);
        assertThat(new NamePattern(other).intersects(new NamePattern(one))).isEqualTo(intersect);
    }
}
