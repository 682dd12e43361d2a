package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * An ACME identifier (RFC 8555 section 9.7.7), checked: of type {@code dns} with a canonical {@link DnsName}.
 *
 * @param type {@code dns}; {@code ip} (RFC 8738) is not carried yet
 * @param value the canonical name
 */
public record Identifier(
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String value) {
    public static final String DNS = "dns";

    /** @throws IllegalArgumentException where type or value is not of this form */
    public Identifier {
        if (!DNS.equals(type)) {
            throw new IllegalArgumentException("identifier type '" + type + "' is not known; known: dns");
        }
        new DnsName(value);
    }

    public static Identifier dns(DnsName name) {
        return new Identifier(DNS, name.value());
    }

    public static Identifier dns(String name) {
        return dns(DnsName.parse(name.toLowerCase(Locale.ROOT)));
    }

    public DnsName name() {
        return new DnsName(value);
    }
}
