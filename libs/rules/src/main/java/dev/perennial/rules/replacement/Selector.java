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
 * Selects certificates for replacement by their current X.509 certificate. All given criteria must match.
 *
 * @param issuer that issued it
 * @param labels of the certificate, with exactly these values
 * @param keyType of the current certificate
 * @param issuedFrom start of validity, inclusive
 * @param issuedBefore start of validity, exclusive
 * @param serials one of them, hex in either case, with or without colons
 * @param owner the team
 * @param suffix at least one name equals this domain or is below it
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
    static final int MAX_SERIALS = 100_000;

    /** At most 20 octets (RFC 5280 section 4.1.2.2) and a leading zero. */
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
        if (serials.size() > MAX_SERIALS) {
            throw new IllegalArgumentException("field 'serials': " + serials.size() + " serial numbers; at most "
                    + MAX_SERIALS + " are possible in one plan");
        }
        if (issuedFrom.isPresent()
                && issuedBefore.isPresent()
                && !issuedFrom.get().isBefore(issuedBefore.get())) {
            throw new IllegalArgumentException("field 'issuedBefore': must be later than 'issuedFrom'");
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

    /** A description in one line; serial numbers as their count. */
    public String description() {
        List<String> parts = new ArrayList<>();
        issuer.ifPresent(it -> parts.add("issued at '" + it + "'"));
        issuedFrom.ifPresent(it -> parts.add("valid from " + it + " on"));
        issuedBefore.ifPresent(it -> parts.add("valid from before " + it));
        keyType.ifPresent(it -> parts.add("key " + it));
        owner.ifPresent(it -> parts.add("of " + it));
        suffix.ifPresent(it -> parts.add("a name at or below " + it));
        new TreeMap<>(labels).forEach((key, value) -> parts.add("label " + key + "=" + value));
        if (!serials.isEmpty()) {
            parts.add("one of " + serials.size() + " serial numbers");
        }
        return String.join(", ", parts);
    }

    private static Optional<String> given(String field, Optional<String> text) {
        Optional<String> present = text == null ? Optional.empty() : text;
        present.filter(value -> value.isBlank() || value.indexOf('\0') >= 0).ifPresent(value -> {
            throw new IllegalArgumentException("field '" + field + "': must not be blank or contain NUL");
        });
        return present;
    }

    /** In stored form: lower case, no colons, no leading zeros. */
    private static String serial(String text) {
        String hex = text.strip().toLowerCase(Locale.ROOT).replace(":", "").replaceFirst("^0x", "");
        if (!SERIAL.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "field 'serials': one of them is not a serial number of at most 20 octets in hexadecimal digits");
        }
        return hex.replaceFirst("^0+(?=.)", "");
    }

    private static String bare(String suffix) {
        String text = suffix.strip();
        return text.startsWith("*.") ? text.substring(2) : text.startsWith(".") ? text.substring(1) : text;
    }
}
