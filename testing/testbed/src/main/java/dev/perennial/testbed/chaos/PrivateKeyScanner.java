package dev.perennial.testbed.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Knows private keys when it sees them: by the words of PEM, and the keys that really exist by a piece of each, as base64, as
 * base64url and as bytes. Pure. Texts are read as ISO 8859-1, so that no byte is lost.
 */
final class PrivateKeyScanner {
    static final String WORDS = "PRIVATE KEY-----";
    /** A whole number of base64 groups of a PEM's second line: of PKCS#8, that is in the middle of the secret. */
    private static final int PIECE = 24;

    private final List<String> pieces = new ArrayList<>(List.of(WORDS));

    /** @param keys the private keys that exist, PEM */
    PrivateKeyScanner(Collection<String> keys) {
        for (String key : keys) {
            String piece = key.lines().skip(2).findFirst().orElseThrow().substring(0, PIECE);
            byte[] bytes = Base64.getDecoder().decode(piece);
            pieces.add(piece);
            pieces.add(Base64.getUrlEncoder().encodeToString(bytes));
            pieces.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    /** Whether there is some, and of what kind: never the key itself. */
    Optional<String> in(String text) {
        return pieces.stream()
                .filter(text::contains)
                .findFirst()
                .map(piece -> piece.equals(WORDS) ? "'" + WORDS + "'" : "a piece of a key that is in Vault");
    }
}
