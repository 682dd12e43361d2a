package dev.perennial.orders.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * The body of a request, read by the rules of the events.
 *
 * @param digest SHA-256 of the bytes, in hex
 */
record RequestBody<T>(T request, String digest) {
    private static final ObjectReader UNIQUE_KEYS =
            EventCodec.mapper().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    /** Jackson has no exception type for it; a test pins the prefix. */
    private static final String DUPLICATE = "Duplicate field";

    private static final int MAX_PATH = 200;

    /** @throws ProblemException if the body is larger than an event may be, or not valid */
    static <T> RequestBody<T> read(InputStream body, Class<T> type) {
        return read(body, type, EventCodec.MAX_BYTES);
    }

    /** @throws ProblemException if the body is larger than that, or not valid */
    static <T> RequestBody<T> read(InputStream body, Class<T> type, int maxBytes) {
        byte[] bytes = bytes(body, maxBytes);
        try {
            T request = EventCodec.mapper().readValue(bytes, type);
            if (request == null) {
                throw new ProblemException(
                        400, ErrorCode.MALFORMED_JSON, "the body is JSON null; an object is required");
            }
            return new RequestBody<>(request, Sha256.hex(bytes));
        } catch (JsonMappingException e) {
            // Jackson reports an empty body as a mapping problem.
            throw bytes.length == 0
                    ? new ProblemException(400, ErrorCode.MALFORMED_JSON, "the body is empty; an object is required")
                    : new ProblemException(422, ErrorCode.INVALID_FIELD, EventCodec.describe(e));
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the body at once, and checks it when the result is called: a transaction can call it without waiting for the
     * client, after it has decided about the access.
     *
     * @return throws as {@link #read(InputStream, Class)}
     */
    static <T> Supplier<T> deferred(InputStream body, Class<T> type) {
        try {
            byte[] bytes = body.readNBytes(EventCodec.MAX_BYTES + 1);
            return () -> read(new ByteArrayInputStream(bytes), type).request();
        } catch (IOException e) {
            throw closedByCaller(e);
        }
    }

    /**
     * Reads a body in which a key that is given twice would be a mistake.
     *
     * @throws ProblemException if the body is larger than that, not JSON, or has a key twice
     */
    static JsonNode tree(InputStream body, int maxBytes) {
        byte[] bytes = bytes(body, maxBytes);
        try {
            JsonNode tree = UNIQUE_KEYS.readTree(bytes);
            if (tree.isMissingNode()) {
                throw new ProblemException(400, ErrorCode.MALFORMED_JSON, "the body is empty; an object is required");
            }
            return tree;
        } catch (JsonParseException e) {
            throw e.getOriginalMessage().startsWith(DUPLICATE) && e.getProcessor() instanceof JsonParser at
                    ? new ProblemException(
                            422, ErrorCode.INVALID_FIELD, "field '" + path(at) + "': the field is given twice")
                    : new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String path(JsonParser at) {
        String path = at.getParsingContext().pathAsPointer().toString();
        return path.substring(1, Math.min(path.length(), MAX_PATH)).replace('/', '.');
    }

    /** @throws ProblemException if the body is larger than that */
    static byte[] bytes(InputStream body, int maxBytes) {
        try {
            byte[] bytes = body.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new ProblemException(
                        413, ErrorCode.TOO_LARGE, "the body is larger than the limit of " + maxBytes + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw closedByCaller(e);
        }
    }

    private static UncheckedIOException closedByCaller(IOException e) {
        return new UncheckedIOException("the caller closed the connection before the end of the body", e);
    }
}
