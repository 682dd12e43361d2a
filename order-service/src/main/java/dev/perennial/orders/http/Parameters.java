package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Uuids;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads and checks parameters and headers. */
final class Parameters {
    /** The {@code source} of requests that arrive over REST. */
    static final String SOURCE = "rest";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private Parameters() {}

    /** @return the Idempotency-Key, or a new id if there is none */
    static String requestId(Optional<String> idempotencyKey) {
        idempotencyKey.filter(value -> !KEY.matcher(value).matches()).ifPresent(value -> {
            throw invalid("header 'Idempotency-Key'", "1 to 255 printable ASCII characters are required");
        });
        return idempotencyKey.orElseGet(() -> Uuids.next().toString());
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
