package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * A valid ACME identifier: of type {@code dns} (RFC 8555 section 9.7.7) with a canonical {@link DnsName}, or of type
 * {@code ip} (RFC 8738) with a canonical {@link IpAddress}.
 *
 * @param value the canonical name or address
 */
public record Identifier(
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String value) {
    public static final String DNS = "dns";
    public static final String IP = "ip";

    /** @throws IllegalArgumentException if type or value is not of this form */
    public Identifier {
        if (DNS.equals(type)) {
            new DnsName(value);
        } else if (IP.equals(type)) {
            new IpAddress(value);
        } else {
            throw new IllegalArgumentException("unknown identifier type '" + type + "'; supported: dns, ip");
        }
    }

    public static Identifier dns(DnsName name) {
        return new Identifier(DNS, name.value());
    }

    public static Identifier dns(String name) {
        return dns(DnsName.parse(name.toLowerCase(Locale.ROOT)));
    }

    public static Identifier ip(IpAddress address) {
        return new Identifier(IP, address.value());
    }

    /** The type follows from the value, because no DNS name has the form of an address. */
    public static Identifier of(String value) {
        return IpAddress.is(value) ? ip(IpAddress.parse(value)) : dns(value);
    }

    public boolean ofType(String expected) {
        return type.equals(expected);
    }

    /** @throws IllegalArgumentException if it is an address */
    public DnsName name() {
        return new DnsName(value);
    }

    /** @throws IllegalArgumentException if it is a name */
    public IpAddress ip() {
        return new IpAddress(value);
    }
}
