package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Uuids;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and checks parameters and headers. */
final class Parameters {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /** An entity tag (RFC 9110 section 8.8.3), or its bare number. */
    private static final Pattern REVISION = Pattern.compile("\"?(\\d{1,18})\"?");

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    private Parameters() {}

    /** @return the Idempotency-Key, or a new id if there is none */
    static String requestId(Optional<String> idempotencyKey) {
        idempotencyKey.filter(value -> !KEY.matcher(value).matches()).ifPresent(value -> {
            throw invalid("header 'Idempotency-Key'", "1 to 255 printable ASCII characters are required");
        });
        return idempotencyKey.orElseGet(() -> Uuids.next().toString());
    }

    /** @param ifMatch the header If-Match */
    static Optional<Long> revision(Optional<String> ifMatch) {
        return ifMatch.map(text -> {
            Matcher revision = REVISION.matcher(text.strip());
            if (!revision.matches()) {
                throw noRevision();
            }
            return Long.valueOf(revision.group(1));
        });
    }

    static ProblemException noRevision() {
        return invalid("header 'If-Match'", "one revision, as in the header ETag, is required, for example \"7\"");
    }

    static CertificateId certificateId(String text) {
        try {
            return CertificateId.of(text);
        } catch (IllegalArgumentException e) {
            throw unknownCertificate(text);
        }
    }

    static ProblemException unknownCertificate(String id) {
        return new ProblemException(404, ErrorCode.NOT_FOUND, "there is no certificate " + id);
    }

    static int number(String parameter, String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw invalid(
                "parameter '" + parameter + "'",
                max == Integer.MAX_VALUE
                        ? "a number of at least " + min + " is required"
                        : "a number from " + min + " to " + max + " is required");
    }

    /**
     * Whether the time can be stored: years with four digits, as in RFC 3339. PostgreSQL refuses others with an error.
     */
    static boolean isStorable(Instant time) {
        return !time.isBefore(FIRST) && time.isBefore(END);
    }

    /** RFC 3339. */
    static Instant time(String parameter, String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (isStorable(time)) {
                return time;
            }
        } catch (DateTimeException e) {
            // Reported below.
        }
        throw invalid("parameter '" + parameter + "'", "a time such as 2027-01-31T00:00:00Z is required");
    }

    /** Strict, so that a misspelt {@code dryRun} is not read as its absence. */
    static boolean flag(String parameter, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("parameter '" + parameter + "'", "'true' or 'false' is required");
        };
    }

    /** PostgreSQL does not store NUL. */
    static String text(String parameter, String value) {
        if (value.indexOf('\0') >= 0) {
            throw invalid("parameter '" + parameter + "'", "it contains NUL");
        }
        return value;
    }

    static ProblemException invalid(String where, String what) {
        return new ProblemException(400, ErrorCode.INVALID_FIELD, where + ": " + what);
    }
}
