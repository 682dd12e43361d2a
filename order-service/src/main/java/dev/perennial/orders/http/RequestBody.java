package dev.perennial.orders.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A request as it came over HTTP: the data of an event on {@code certificate.requests}, read by the same rules. */
record RequestBody<T>(T request, String digest) {
    /** @throws ProblemException where there is too much of it, or it cannot be read */
    static <T> RequestBody<T> read(InputStream body, Class<T> type) {
        byte[] bytes;
        try {
            bytes = body.readNBytes(EventCodec.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller stopped sending", e);
        }
        if (bytes.length > EventCodec.MAX_BYTES) {
            throw new ProblemException(
                    413, ErrorCode.TOO_LARGE, "the body has more than " + EventCodec.MAX_BYTES + " bytes");
        }
        try {
            T request = EventCodec.mapper().readValue(bytes, type);
            if (request == null) {
                throw new ProblemException(400, ErrorCode.MALFORMED_JSON, "the body is JSON null");
            }
            return new RequestBody<>(request, sha256(bytes));
        } catch (JsonMappingException e) {
            // Jackson reports an empty body as a mapping problem.
            throw bytes.length == 0
                    ? new ProblemException(400, ErrorCode.MALFORMED_JSON, "the body is empty")
                    : new ProblemException(422, ErrorCode.INVALID_FIELD, EventCodec.describe(e));
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
