package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An answer of an identity provider. Its content is hostile until it is checked: errors quote no field except codes.
 *
 * @param json the object in the body; a missing node if the body is not an object
 */
record ProviderAnswer(URI endpoint, int status, JsonNode json) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,40}");

    static ProviderAnswer of(URI endpoint, int status, byte[] body) {
        return new ProviderAnswer(endpoint, status, object(body));
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json.isObject() ? json : MissingNode.getInstance();
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    /** Without the content, which can have tokens. */
    @Override
    public String toString() {
        return "ProviderAnswer[" + endpoint + ", " + status + "]";
    }

    boolean succeeded() {
        return status == 200;
    }

    /** @throws LoginException if the field is absent, empty or not text */
    String text(String field) {
        return optionalText(field).orElseThrow(() -> unusable("without the field " + field));
    }

    /** @throws LoginException if the field is present and not text */
    Optional<String> optionalText(String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw unusable("with a field " + field + " that is not text");
        }
        return Optional.of(value.textValue()).filter(text -> !text.isEmpty());
    }

    /**
     * A number of seconds.
     *
     * @throws LoginException if the field is present and not an integer
     */
    OptionalLong seconds(String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw unusable("with a field " + field + " that is not a whole number of seconds");
        }
        return OptionalLong.of(value.longValue());
    }

    /**
     * The error code of a refused request (RFC 6749, 5.2).
     *
     * @throws LoginException if there is none
     */
    String error() {
        String error = text("error");
        return ERROR_CODE.matcher(error).matches() ? error : "an error code that is not valid";
    }

    /** @param problem completes the sentence "the identity provider answered ..." */
    LoginException unusable(String problem) {
        String content = json.isMissingNode() ? "with a body that is not a JSON object" : problem;
        return LoginException.unusable("the identity provider answered at " + endpoint + " with HTTP status " + status
                + " " + content + "; check --provider and the configuration of the provider");
    }
}
