package dev.perennial.events;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Describes a JSON error without Jackson's messages: they quote the input, which may be hostile or secret, and contain
 * class names.
 */
final class JsonError {
    private JsonError() {}

    /** Whether the text is not JSON, or exceeds a limit of the parser. */
    static boolean isSyntaxError(JsonProcessingException e) {
        return syntaxCause(e).isPresent() || isTrailingToken(e) || isEmptyInput(e);
    }

    static String describe(JsonProcessingException e) {
        Optional<JsonProcessingException> syntax = syntaxCause(e);
        if (syntax.isPresent()) {
            return (syntax.get() instanceof StreamConstraintsException
                            ? "the JSON is nested too deeply, or a name, string or number in it is too long"
                            : "the value is not well-formed JSON")
                    + position(syntax.get());
        }
        if (isTrailingToken(e)) {
            return "the JSON value is followed by more text" + position(e);
        }
        if (isEmptyInput(e)) {
            return "the value is empty";
        }
        String field = e instanceof JsonMappingException mapping ? path(mapping) : "";
        return (field.isEmpty() ? "the value " : "field '" + field + "' ") + defect(e);
    }

    private static Optional<JsonProcessingException> syntaxCause(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonParseException || cause instanceof StreamConstraintsException) {
                return Optional.of((JsonProcessingException) cause);
            }
        }
        return Optional.empty();
    }

    // Jackson has no exception types for these three cases; tests pin the prefixes.
    private static boolean isTrailingToken(JsonProcessingException e) {
        return e.getOriginalMessage().startsWith("Trailing token");
    }

    private static boolean isEmptyInput(JsonProcessingException e) {
        return e.getOriginalMessage().startsWith("No content to map");
    }

    private static boolean isMissingProperty(JsonProcessingException e) {
        return e.getOriginalMessage().startsWith("Missing required creator property");
    }

    private static String defect(JsonProcessingException e) {
        if (isMissingProperty(e)) {
            return "is required";
        }
        return switch (e) {
            case InvalidNullException isNull -> "must not be null";
            case UnrecognizedPropertyException unknown -> "is not known";
            case ValueInstantiationException instantiation ->
                expectation(instantiation.getType().getRawClass());
            case MismatchedInputException mismatch -> expectation(mismatch.getTargetType());
            case JsonProcessingException other -> "has a value that is not allowed there";
        };
    }

    private static String expectation(Class<?> type) {
        if (type == null) {
            return "has a value that is not allowed there";
        }
        if (type.isEnum()) {
            return "must be one of " + Arrays.toString(type.getEnumConstants());
        }
        if (type == Identifier.class) {
            return "must be a canonical identifier, {\"type\":\"dns\",\"value\":...}";
        }
        if (type == UUID.class || type == CertificateId.class || type == OrderId.class) {
            return "must be a UUID";
        }
        if (type == URI.class) {
            return "must be a URI";
        }
        if (type == Instant.class) {
            return "must be an RFC 3339 date and time";
        }
        if (type == Duration.class) {
            return "must be an ISO 8601 duration such as PT20S";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false";
        }
        if (type == String.class) {
            return "must be a string";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "must be an integer in range";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "must be an array";
        }
        if (type.isRecord() || Map.class.isAssignableFrom(type)) {
            return "must be an object";
        }
        return "has a value that is not allowed there";
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonError::step)
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }

    private static String step(JsonMappingException.Reference step) {
        if (step.getFieldName() == null) {
            return "[" + step.getIndex() + "]";
        }
        // The keys of a map are input, not names of the contract.
        return step.getFrom() instanceof Map || step.getFrom() == Map.class ? "[*]" : step.getFieldName();
    }

    private static String position(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
