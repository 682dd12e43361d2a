package dev.perennial.orders.rest;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a page ended; opaque to callers, so that it may change. */
final class Cursor {
    private Cursor() {}

    static String after(CertificateId id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(id.toString().getBytes(StandardCharsets.US_ASCII));
    }

    static CertificateId read(String cursor) {
        try {
            return CertificateId.of(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    400,
                    ErrorCode.INVALID_FIELD,
                    "parameter 'cursor': it is not one that an earlier page gave; leave it out to start again");
        }
    }
}
