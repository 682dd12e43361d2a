package dev.perennial.orders.access;

import dev.perennial.events.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a service token: {@code prn_<id>_<secret>}. The prefix separates it from tokens of an identity provider and
 * lets scanners of repositories find it. The id selects the row; the secret has 256 random bits, so that a digest without
 * a work factor protects it.
 *
 * @param id 16 hex digits
 */
record TokenText(String id, String text) {
    static final String PREFIX = "prn_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "([0-9a-f]{16})_[A-Za-z0-9_-]{43}");
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    static TokenText random(SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(id);
        return new TokenText(
                hex,
                PREFIX + hex + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Empty if it cannot be a service token. */
    static Optional<TokenText> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches() ? Optional.of(new TokenText(form.group(1), text)) : Optional.empty();
    }

    /** SHA-256, hex. */
    String digest() {
        return Sha256.hex(text);
    }

    /** Compares in constant time. */
    boolean hasDigest(String expected) {
        return MessageDigest.isEqual(
                digest().getBytes(StandardCharsets.US_ASCII), expected.getBytes(StandardCharsets.US_ASCII));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return PREFIX + id;
    }
}
