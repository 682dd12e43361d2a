package dev.perennial.events;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The DNS name of an ACME {@code dns} identifier (RFC 8555 section 7.1.4): lower case, A-labels, no trailing dot, at
 * least two labels, each of letters, digits and inner hyphens (LDH, RFC 5890), optionally with the prefix {@code *.}.
 */
public record DnsName(String value) {
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    // RFC 5894 section 7.2: IDNA2003, which the JDK implements, maps these characters to others, and the resulting name
    // may have a different owner.
    private static final Pattern AMBIGUOUS = Pattern.compile("[\\x{DF}\\x{1E9E}\\x{3C2}\\x{200C}\\x{200D}]");
    private static final Pattern ALL_DIGITS = Pattern.compile("[0-9]+");

    /** @throws IllegalArgumentException with the rule that the name breaks */
    public DnsName {
        String host = value.startsWith("*.") ? value.substring(2) : value;
        if (value.length() > MAX_NAME) {
            throw new IllegalArgumentException("a DNS name has at most 253 characters, this one has " + value.length());
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            requireLabel(label);
        }
        if (labels.length < 2) {
            throw new IllegalArgumentException("'" + value + "' has one label; a public name has at least two");
        }
        if (ALL_DIGITS.matcher(labels[labels.length - 1]).matches()) {
            throw new IllegalArgumentException("'" + value + "' is an IP address, not a DNS name");
        }
    }

    /**
     * Parses user input: any case, one trailing dot, U-labels (converted to A-labels).
     *
     * @throws IllegalArgumentException with the rule that the name breaks
     */
    public static DnsName parse(String text) {
        String name = text.strip();
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        boolean wildcard = name.startsWith("*.");
        String host = wildcard ? name.substring(2) : name;
        if (host.length() > MAX_NAME) {
            throw new IllegalArgumentException("a DNS name has at most 253 characters, this one has " + name.length());
        }
        if (!host.chars().allMatch(c -> c < 0x80)) {
            host = toALabels(host);
        }
        host = host.toLowerCase(Locale.ROOT);
        return new DnsName(wildcard ? "*." + host : host);
    }

    public boolean isWildcard() {
        return value.startsWith("*.");
    }

    /** The name without {@code *.}: the name that the CA validates and that the policy checks. */
    public String base() {
        return isWildcard() ? value.substring(2) : value;
    }

    @Override
    public String toString() {
        return value;
    }

    private static String toALabels(String host) {
        if (AMBIGUOUS.matcher(host).find()) {
            throw new IllegalArgumentException("the internationalised name has a character (sharp s, final sigma, or a"
                    + " joiner) that the two IDNA standards turn into different names; write the A-label instead");
        }
        try {
            return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the internationalised name cannot be written in A-labels: " + e.getMessage()
                            + newerCodePoints(host),
                    e);
        }
    }

    /** The JDK has the code points of Unicode 3.2, and does not map newer ones to lower case. */
    private static String newerCodePoints(String host) {
        try {
            return "; if it has characters that are newer than Unicode 3.2, write the A-labels instead: "
                    + IDN.toASCII(host.toLowerCase(Locale.ROOT), IDN.USE_STD3_ASCII_RULES | IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static void requireLabel(String label) {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("the name has an empty label (two dots in a row, or a dot in front)");
        }
        if (label.length() > MAX_LABEL) {
            throw new IllegalArgumentException(
                    "a label has at most 63 characters, '" + label.substring(0, 16) + "...' has " + label.length());
        }
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException(
                    "label '" + label + "' has a character that is not a letter, a digit or an inner hyphen");
        }
    }
}
