package dev.perennial.orders.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.rules.access.ClaimRule;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The claims of a JSON Web Token (RFC 7519). */
record TokenClaims(JsonNode claims) implements ClaimRule.Claims {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the claims without verifying the token; empty if it is not a JWT with a signature (RFC 7515, 3.1). */
    static Optional<TokenClaims> unverified(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
            return Optional.of(new TokenClaims(JSON.readTree(new String(payload, StandardCharsets.UTF_8))));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** A claim that is one text. */
    Optional<String> text(String path) {
        return Optional.ofNullable(at(path).textValue());
    }

    /** The texts of a claim that is a text or an array. */
    @Override
    public Set<String> values(String path) {
        JsonNode value = at(path);
        Stream<JsonNode> values = value.isArray() ? StreamSupport.stream(value.spliterator(), false) : Stream.of(value);
        return values.filter(JsonNode::isTextual).map(JsonNode::textValue).collect(Collectors.toUnmodifiableSet());
    }

    /** A claim whose name has a slash, for example {@code https://example.com/teams}, is found by its whole name. */
    private JsonNode at(String path) {
        JsonNode whole = claims.path(path);
        if (!whole.isMissingNode()) {
            return whole;
        }
        JsonNode value = claims;
        for (String name : path.split("/")) {
            value = value.path(name);
        }
        return value;
    }
}
