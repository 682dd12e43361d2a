package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class IdentifierTest {
    @Test
    void convertsUserInputToCanonicalForm() {
        assertThat(Identifier.dns("Shop.Example.COM.")).isEqualTo(new Identifier("dns", "shop.example.com"));
        assertThat(Identifier.dns("*.bücher.example").name()).isEqualTo(new DnsName("*.xn--bcher-kva.example"));
    }

    @Test
    void hasAddressesInCanonicalForm() {
        assertThat(Identifier.of("2001:DB8::0:1")).isEqualTo(new Identifier("ip", "2001:db8::1"));
        assertThat(Identifier.of("192.0.2.1")).isEqualTo(new Identifier("ip", "192.0.2.1"));
        assertThat(Identifier.of("Shop.example.com")).isEqualTo(new Identifier("dns", "shop.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("ip", "2001:db8:0::1"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("ip", "shop.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("dns", "192.0.2.1"));
    }

    @Test
    void acceptsOnlyDnsAndIp() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Identifier("email", "a@example.com"))
                .withMessageContaining("'email'; supported");
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("DNS", "shop.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier(null, "shop.example.com"));
    }

    @Test
    void refusesAValueThatIsNotCanonical() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("dns", "Shop.example.com"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Identifier("dns", "shop"));
    }
}
