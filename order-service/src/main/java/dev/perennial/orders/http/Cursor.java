package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Where a page ended; opaque to callers, so that it may change. */
final class Cursor {
    private static final char BETWEEN = ' ';

    private Cursor() {}

    static String after(Position end) {
        String text =
                end.id() + end.notAfter().map(time -> BETWEEN + time.toString()).orElse("");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** @param byExpiry whether the page before was ordered by expiry, as this one is to be */
    static Position read(String cursor, boolean byExpiry) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII)
                    .split(String.valueOf(BETWEEN), 2);
            if ((parts.length == 2) == byExpiry) {
                return new Position(
                        byExpiry ? Optional.of(Instant.parse(parts[1])) : Optional.empty(), CertificateId.of(parts[0]));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // Said below.
        }
        throw new ProblemException(
                400,
                ErrorCode.INVALID_FIELD,
                "parameter 'cursor': it is not one that an earlier page of this question gave; leave it out to start again");
    }
}
