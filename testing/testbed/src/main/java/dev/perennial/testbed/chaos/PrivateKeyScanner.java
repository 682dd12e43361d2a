package dev.perennial.testbed.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds private keys in text: by the PEM header, and existing keys by a part of each, as base64, base64url and bytes. Pure.
 * Texts must be decoded as ISO 8859-1, so that no byte is lost.
 */
final class PrivateKeyScanner {
    static final String PEM_MARKER = "PRIVATE KEY-----";
    /** Whole base64 groups of a PEM's second line; in PKCS#8 this line is in the middle of the secret. */
    private static final int PART_LENGTH = 24;

    private final List<String> patterns = new ArrayList<>(List.of(PEM_MARKER));

    /** @param keys the private keys that exist, PEM */
    PrivateKeyScanner(Collection<String> keys) {
        for (String key : keys) {
            String part = key.lines().skip(2).findFirst().orElseThrow().substring(0, PART_LENGTH);
            byte[] bytes = Base64.getDecoder().decode(part);
            patterns.add(part);
            patterns.add(Base64.getUrlEncoder().encodeToString(bytes));
            patterns.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    /** The kind of key that the text contains, but never the key itself; empty if it contains none. */
    Optional<String> find(String text) {
        return patterns.stream()
                .filter(text::contains)
                .findFirst()
                .map(part -> part.equals(PEM_MARKER) ? "'" + PEM_MARKER + "'" : "a part of a key that is in Vault");
    }
}
