package dev.perennial.orders.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Problem;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Converts values of {@code jsonb} columns, which have the same JSON as events. */
public final class Json {
    private static final Logger LOG = Logger.getLogger(Json.class);

    private Json() {}

    public static String write(Object value) {
        try {
            return EventCodec.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T read(String json, Class<T> type) {
        try {
            return EventCodec.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T read(String json, TypeReference<T> type) {
        try {
            return EventCodec.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a problem, which is for people only: one that cannot be read is replaced, so that it stops neither the work
     * on its row nor a list that contains it.
     */
    public static Problem readProblem(String json) {
        return readOr(
                () -> read(json, Problem.class),
                Problem.of(ErrorCode.INTERNAL, "the stored problem of this row cannot be read"));
    }

    /** @param otherwise the result if the value is JSON null or cannot be read */
    public static <T> T readOr(Supplier<T> value, T otherwise) {
        try {
            T read = value.get();
            return read == null ? otherwise : read;
        } catch (RuntimeException e) {
            LOG.debugf(e, "a stored value cannot be read");
            return otherwise;
        }
    }
}
