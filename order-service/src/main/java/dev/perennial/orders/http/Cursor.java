package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** The end of a page. Opaque to callers, so that its form can change. */
final class Cursor {
    private static final char BETWEEN = ' ';

    private Cursor() {}

    static String after(Position end) {
        String text =
                end.id() + end.notAfter().map(time -> BETWEEN + time.toString()).orElse("");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** @param byExpiry whether the query is in order of expiry */
    static Position read(String cursor, boolean byExpiry) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII)
                    .split(String.valueOf(BETWEEN), 2);
            if ((parts.length == 2) == byExpiry) {
                Optional<Instant> notAfter = byExpiry ? Optional.of(Instant.parse(parts[1])) : Optional.empty();
                if (notAfter.filter(time -> !Parameters.isStorable(time)).isEmpty()) {
                    return new Position(notAfter, CertificateId.of(parts[0]));
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // Reported below.
        }
        throw Parameters.invalid(
                "parameter 'cursor'",
                "it is not the cursor of an earlier page of this query; omit it to start from the beginning");
    }
}
