package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class IdentifierTest {
    @Test
    void isMadeCanonicalFromWhatAPersonWrites() {
        assertThat(Identifier.dns("Shop.Example.COM.")).isEqualTo(new Identifier("dns", "shop.example.com"));
        assertThat(Identifier.dns("*.bücher.example").name()).isEqualTo(new DnsName("*.xn--bcher-kva.example"));
    }

    @Test
    void carriesNoOtherTypeThanDns() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identifier("ip", "192.0.2.1"))
                .withMessageContaining("'ip' is not known");
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("DNS", "shop.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier(null, "shop.example.com"));
    }

    @Test
    void refusesAValueThatIsNotCanonical() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("dns", "Shop.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("dns", "shop"));
    }
}
