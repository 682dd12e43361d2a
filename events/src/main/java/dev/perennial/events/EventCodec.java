package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * Converts between events and the JSON and headers of records. The input is hostile: its size is limited, and no part
 * of the value appears in messages.
 */
public final class EventCodec {
    /** Maximum size of a value in bytes; 100 names and a chain need a fraction of it. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual, text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .annotationIntrospector(new RequiredIsNotNull())
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.DEFAULT, Nulls.FAIL))
            // The order of an immutable map differs between JVMs; the bytes must not.
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(32)
                        .maxStringLength(MAX_BYTES)
                        .build());
    }

    private EventCodec() {}

    /** The mapper that defines the contract. REST uses it too, so that both have the same JSON. */
    public static JsonMapper mapper() {
        return JSON;
    }

    public static byte[] encode(Event data) {
        try {
            return JSON.writeValueAsBytes(data);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a record in CloudEvents binary mode.
     *
     * @param headers the record's headers, names in lower case
     * @param value the record's value
     */
    public static DecodedRecord decode(Map<String, String> headers, byte[] value) {
        String id = headers.getOrDefault(CloudEvent.ID, "");
        String typeName = headers.getOrDefault(CloudEvent.TYPE, "");
        if (id.isBlank() || typeName.isBlank() || !headers.containsKey(CloudEvent.SOURCE)) {
            return malformed(
                    id,
                    typeName,
                    ErrorCode.UNKNOWN_TYPE,
                    "the record lacks a CloudEvents header: ce_id, ce_source and ce_type are required");
        }
        Optional<EventType> type = EventType.fromWire(typeName);
        if (type.isEmpty()) {
            return new DecodedRecord.Unknown(id, typeName);
        }
        if (value == null) {
            return malformed(id, typeName, ErrorCode.MALFORMED_JSON, "the record has no value");
        }
        if (value.length > MAX_BYTES) {
            return malformed(
                    id,
                    typeName,
                    ErrorCode.TOO_LARGE,
                    "the event has " + value.length + " bytes; at most " + MAX_BYTES + " are read");
        }
        return decode(headers, value, id, type.get());
    }

    private static DecodedRecord decode(Map<String, String> headers, byte[] value, String id, EventType type) {
        try {
            Event data = JSON.readValue(value, type.dataClass());
            if (data == null) {
                return malformed(id, type.wireName(), ErrorCode.MALFORMED_JSON, "the value is JSON null");
            }
            Instant time = headers.containsKey(CloudEvent.TIME)
                    ? OffsetDateTime.parse(headers.get(CloudEvent.TIME)).toInstant()
                    : Clock.systemUTC().instant();
            URI source = URI.create(headers.get(CloudEvent.SOURCE));
            return new DecodedRecord.Known(new CloudEvent(
                    id,
                    source,
                    time,
                    headers.getOrDefault(CloudEvent.SUBJECT, id),
                    Initiator.of(headers.getOrDefault(CloudEvent.AUTH_ID, "")),
                    data));
        } catch (JsonProcessingException e) {
            ErrorCode code = JsonError.isSyntaxError(e) ? ErrorCode.MALFORMED_JSON : ErrorCode.INVALID_FIELD;
            return malformed(id, type.wireName(), code, JsonError.describe(e));
        } catch (DateTimeException | IllegalArgumentException e) {
            return malformed(id, type.wireName(), ErrorCode.INVALID_FIELD, "header ce_time or ce_source is malformed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names the field and its defect, without class names and without any part of the value. */
    public static String describe(JsonProcessingException e) {
        return JsonError.describe(e);
    }

    private static DecodedRecord malformed(String id, String type, ErrorCode code, String detail) {
        return new DecodedRecord.Malformed(id, type, Problem.of(code, detail));
    }

    /** For Jackson, a required property may be an explicit null; for the contract, it must not. */
    private static final class RequiredIsNotNull extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonSetter.Value findSetterInfo(Annotated annotated) {
            JsonProperty property = _findAnnotation(annotated, JsonProperty.class);
            return property != null && property.required()
                    ? JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL)
                    : super.findSetterInfo(annotated);
        }
    }
}
