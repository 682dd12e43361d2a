package dev.perennial.rules.replacement;

import dev.perennial.events.DnsName;
import dev.perennial.events.KeyType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Selects certificates for replacement by the X.509 certificate that is current. All given criteria must match.
 *
 * @param issuer where it was issued
 * @param labels the certificate's, with exactly these values
 * @param keyType of what was issued
 * @param issuedFrom its validity begins then or later
 * @param issuedBefore its validity begins earlier
 * @param serials one of them, hex in either case, with or without colons
 * @param owner the team
 * @param suffix at least one of its names is this one or below it
 */
public record Selector(
        Optional<String> issuer,
        Map<String, String> labels,
        Optional<KeyType> keyType,
        Optional<Instant> issuedFrom,
        Optional<Instant> issuedBefore,
        List<String> serials,
        Optional<String> owner,
        Optional<String> suffix) {
    static final int MOST_SERIALS = 100_000;

    /** At most 20 octets (RFC 5280 section 4.1.2.2), and a zero in front of a high bit. */
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,42}");

    /** @throws IllegalArgumentException with a message that names the invalid field */
    public Selector {
        issuer = given("issuer", issuer);
        owner = given("owner", owner);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        labels.forEach((key, value) -> given("labels", Optional.of(key + value)));
        keyType = keyType == null ? Optional.empty() : keyType;
        issuedFrom = issuedFrom == null ? Optional.empty() : issuedFrom;
        issuedBefore = issuedBefore == null ? Optional.empty() : issuedBefore;
        serials = serials == null
                ? List.of()
                : serials.stream().map(Selector::serial).distinct().toList();
        suffix = suffix == null
                ? Optional.empty()
                : suffix.map(text -> DnsName.parse(bare(text)).value());
        if (serials.size() > MOST_SERIALS) {
            throw new IllegalArgumentException(
                    "field 'serials': " + serials.size() + " serial numbers; " + MOST_SERIALS + " at most in one plan");
        }
        if (issuedFrom.isPresent()
                && issuedBefore.isPresent()
                && !issuedFrom.get().isBefore(issuedBefore.get())) {
            throw new IllegalArgumentException("field 'issuedBefore': it is not later than 'issuedFrom'");
        }
        if (issuer.isEmpty()
                && owner.isEmpty()
                && labels.isEmpty()
                && keyType.isEmpty()
                && issuedFrom.isEmpty()
                && issuedBefore.isEmpty()
                && serials.isEmpty()
                && suffix.isEmpty()) {
            throw new IllegalArgumentException(
                    "field 'selector': specify at least one criterion, so that an omission does not"
                            + " replace every certificate");
        }
    }

    /** In one line, for a person; serial numbers as their count. */
    public String words() {
        List<String> words = new ArrayList<>();
        issuer.ifPresent(it -> words.add("issued at '" + it + "'"));
        issuedFrom.ifPresent(it -> words.add("valid from " + it + " on"));
        issuedBefore.ifPresent(it -> words.add("valid from before " + it));
        keyType.ifPresent(it -> words.add("key " + it));
        owner.ifPresent(it -> words.add("of " + it));
        suffix.ifPresent(it -> words.add("a name at or below " + it));
        new TreeMap<>(labels).forEach((key, value) -> words.add("label " + key + "=" + value));
        if (!serials.isEmpty()) {
            words.add("one of " + serials.size() + " serial numbers");
        }
        return String.join(", ", words);
    }

    private static Optional<String> given(String field, Optional<String> text) {
        Optional<String> present = text == null ? Optional.empty() : text;
        present.filter(value -> value.isBlank() || value.indexOf('\0') >= 0).ifPresent(value -> {
            throw new IllegalArgumentException("field '" + field + "': it is blank, or has a character that is none");
        });
        return present;
    }

    /** As it is stored: lower case, no colons, no zeros in front. */
    private static String serial(String text) {
        String hex = text.strip().toLowerCase(Locale.ROOT).replace(":", "").replaceFirst("^0x", "");
        if (!SERIAL.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "field 'serials': one of them is no serial number in hexadecimal digits of at most 20 octets");
        }
        return hex.replaceFirst("^0+(?=.)", "");
    }

    private static String bare(String suffix) {
        String text = suffix.strip();
        return text.startsWith("*.") ? text.substring(2) : text.startsWith(".") ? text.substring(1) : text;
    }
}
