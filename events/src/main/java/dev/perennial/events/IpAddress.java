package dev.perennial.events;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * The IP address of an ACME {@code ip} identifier (RFC 8738 section 3): an IPv4 address as four decimal numbers, an
 * IPv6 address in the canonical form of RFC 5952 section 4.
 */
public record IpAddress(String value) {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final int GROUPS = 8;

    /** @throws IllegalArgumentException if it is not an address in canonical form */
    public IpAddress {
        String canonical = text(address(value));
        if (!canonical.equals(value)) {
            throw new IllegalArgumentException("the address must be written as " + canonical);
        }
    }

    /**
     * Parses user input: IPv6 with or without zero compression, in any case.
     *
     * @throws IllegalArgumentException if it is not an address
     */
    public static IpAddress parse(String text) {
        return new IpAddress(text(address(text.strip())));
    }

    /** Whether the text cannot be a name: DNS names contain no colon and do not end with a number. */
    public static boolean is(String text) {
        return V4.matcher(text).matches() || text.indexOf(':') >= 0;
    }

    public InetAddress address() {
        return address(value);
    }

    public boolean isV6() {
        return value.indexOf(':') >= 0;
    }

    @Override
    public String toString() {
        return value;
    }

    /** Sends no DNS query. */
    private static InetAddress address(String text) {
        boolean v4 = V4.matcher(text).matches();
        if (!v4 && !(text.indexOf(':') >= 0 && V6.matcher(text).matches())) {
            throw new IllegalArgumentException("neither an IPv4 nor an IPv6 address");
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            if (v4 != address instanceof Inet4Address) {
                throw new IllegalArgumentException("an IPv4 address in IPv6 form; write it as IPv4");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IP address: " + e.getMessage(), e);
        }
    }

    /**
     * RFC 5952 section 4: lower case, no leading zeros, the longest run of zero groups (the first of equals) as {@code
     * ::}.
     */
    private static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        ByteBuffer groups = ByteBuffer.wrap(bytes);
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups.getShort(i * 2) & 0xffff));
        }
        return text.toString();
    }

    private static int zeros(ByteBuffer groups, int from) {
        int run = 0;
        while (from + run < GROUPS && groups.getShort((from + run) * 2) == 0) {
            run++;
        }
        return run;
    }
}
