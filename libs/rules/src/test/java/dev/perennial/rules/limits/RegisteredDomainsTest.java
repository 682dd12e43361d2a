package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisteredDomainsTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "a.b.example.com, example.com",
        "a.example.co.uk, example.co.uk",
        "shop.team.github.io, team.github.io",
        "github.io, github.io",
        "a.b.kawasaki.jp, a.b.kawasaki.jp",
        "c.a.b.kawasaki.jp, a.b.kawasaki.jp",
        "www.xn--85x722f.xn--55qx5d.cn, xn--85x722f.xn--55qx5d.cn",
        "n1.demo.test, demo.test",
        "localhost, localhost",
        "192.0.2.7, 192.0.2.7",
        "2001:db8::7, 2001:db8::7",
    })
    void findsTheRegisteredDomain(String name, String registered) {
        assertThat(RegisteredDomains.of(name)).isEqualTo(registered);
    }
}
