package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "0.0.0.0",
                "::",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "224.0.0.1",
                "255.255.255.255"
            })
    void allowsSpecialAddressesOnlyIfConfigured(String address) throws UnknownHostException {
        assertThat(AddressPolicy.of(List.of()).allows(InetAddress.getByName(address)))
                .isFalse();
        assertThat(AddressPolicy.of(List.of("0.0.0.0/0", "::/0")).allows(InetAddress.getByName(address)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"23.55.1.2", "172.32.0.1", "2a00:1450::1"})
    void allowsPublicAddresses(String address) throws UnknownHostException {
        assertThat(AddressPolicy.of(List.of()).allows(InetAddress.getByName(address)))
                .isTrue();
    }
}
