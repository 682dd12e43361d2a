package dev.perennial.orders.hosts;

import dev.perennial.events.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of an enrolment code: a prefix and 256 random bits, so that a digest without a work factor protects it and selects its
 * row.
 */
record EnrolmentCode(String text) {
    static final String PREFIX = "prnh_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final int BYTES = 32;

    static EnrolmentCode random(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new EnrolmentCode(
                PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Empty if it cannot be an enrolment code. */
    static Optional<EnrolmentCode> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new EnrolmentCode(text)) : Optional.empty();
    }

    /** SHA-256, hex. */
    String digest() {
        return Sha256.hex(text);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return PREFIX;
    }
}
