package dev.perennial.events;

import java.math.BigInteger;

/** An IP network in CIDR notation: {@code 192.0.2.0/24}, {@code 2001:db8::/32}. */
public record Network(IpAddress first, int prefix) {
    /** @throws IllegalArgumentException if the text is not a network */
    public static Network parse(String text) {
        String[] parts = text.strip().split("/", -1);
        if (parts.length != 2 || !parts[1].matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("a network is written as address/bits, got '" + text + "'");
        }
        return new Network(IpAddress.parse(parts[0]), Integer.parseInt(parts[1]));
    }

    /** @throws IllegalArgumentException if the prefix is too long or the address is not the start of the network */
    public Network {
        if (prefix < 0 || prefix > bits(first)) {
            throw new IllegalArgumentException(
                    "the prefix has " + prefix + " bits, and the address only " + bits(first));
        }
        if (!start(first, prefix).shiftLeft(bits(first) - prefix).equals(number(first))) {
            throw new IllegalArgumentException("the network /" + prefix + " does not start at " + first);
        }
    }

    public boolean contains(IpAddress address) {
        return address.isV6() == first.isV6() && start(address, prefix).equals(start(first, prefix));
    }

    public boolean contains(Network other) {
        return other.prefix >= prefix && contains(other.first);
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }

    private static BigInteger start(IpAddress address, int prefix) {
        return number(address).shiftRight(bits(address) - prefix);
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.address().getAddress());
    }

    private static int bits(IpAddress address) {
        return address.isV6() ? 128 : 32;
    }
}
