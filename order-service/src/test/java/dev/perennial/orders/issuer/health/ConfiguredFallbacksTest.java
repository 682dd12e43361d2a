package dev.perennial.orders.issuer.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.Issuers;
import dev.perennial.events.DnsName;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.rules.requests.CertificateSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredFallbacksTest {
    private final FallbackCandidates candidates = new ConfiguredFallbacks(Issuers.of(
            ServiceFixture.issuer("first", Map.of("fallbacks", List.of("rsa", "gone", "inside", "second", "third"))),
            ServiceFixture.issuer("rsa", Map.of("keyTypes", List.of("RSA_3072"))),
            ServiceFixture.issuer("inside", Map.of("allowedSuffixes", List.of("inside.example.com"))),
            ServiceFixture.issuer("second"),
            ServiceFixture.issuer("third")));

    @Test
    void returnsTheFallbacksThatMayCertifyInOrder() {
        assertThat(candidates.of(spec("first", "shop.example.com"))).containsExactly("first", "second", "third");
        assertThat(candidates.of(spec("first", "shop.inside.example.com")))
                .containsExactly("first", "inside", "second", "third");
    }

    @Test
    void returnsOnlyTheIssuerIfItHasNoFallbacksOrDoesNotExist() {
        assertThat(candidates.of(spec("second", "shop.example.com"))).containsExactly("second");
        assertThat(candidates.of(spec("gone", "shop.example.com"))).containsExactly("gone");
    }

    private static CertificateSpec spec(String issuer, String name) {
        return new CertificateSpec(issuer, KeyType.EC_P256, List.of(Identifier.dns(DnsName.parse(name))), List.of());
    }
}
